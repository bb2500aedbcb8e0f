import Settings

/// What is missing, and the command that mends it.
public struct Finding: Codable, Sendable, Equatable {
  public enum Weight: String, Codable, Sendable {
    /// Swiftlet cannot be used.
    case stops
    /// It can, but something is slower or not possible.
    case hinders
  }

  public var weight: Weight
  /// A sentence.
  public var what: String
  /// Nil where no command can.
  public var remedy: String?
}

extension Examination {
  /// Below this, a run is likely to end for want of it: two checkpoints of a ResNet-50 with AdamW take 0.7 GB.
  static let littleDisk = 1_000_000_000
  static let littleMemory = 1_000_000_000

  public var isUsable: Bool { !findings.contains { $0.weight == .stops } }

  /// What keeps Swiftlet from being used, then what hinders.
  public var findings: [Finding] {
    let failed = checks.compactMap { check in
      check.failure.map { failure in
        Finding(
          weight: .stops, what: "The check of \(check.name) fails: \(failure).",
          // Where nothing can be written, reinstalling mends nothing.
          remedy: check.subject == .pictures && !canWrite ? "export TMPDIR=/tmp" : check.remedy)
      }
    }
    return failed + lacking + tight + unusedGPU
  }

  private var canWrite: Bool { workingFolder.isWritable || temporaryFolder.isWritable }

  private var lacking: [Finding] {
    decoders.filter { !$0.isPresent }.map {
      Finding(weight: .hinders, what: "\($0.format) pictures cannot be read by this build.", remedy: $0.remedy)
    }
  }

  private var tight: [Finding] {
    var findings: [Finding] = []
    func add(_ what: String, _ remedy: String) {
      findings.append(Finding(weight: .hinders, what: what, remedy: remedy))
    }
    let elsewhere = "swiftlet pretrain DATA --run /ANOTHER/PLACE"
    if !workingFolder.isWritable {
      add("The working folder \(workingFolder.path) cannot be written to; runs go there by default.", elsewhere)
    } else if let free = workingFolder.free, free < Self.littleDisk {
      add("Only \(Figure.bytes(free)) are free in the working folder; a run can need more.", elsewhere)
    }
    if temporaryFolder.free == nil {
      add("There is no temporary folder \(temporaryFolder.path).", "export TMPDIR=/tmp")
    } else if !temporaryFolder.isWritable {
      add("The temporary folder \(temporaryFolder.path) cannot be written to.", "export TMPDIR=/tmp")
    }
    if let available = memory.available, available < Self.littleMemory {
      add("Only \(Figure.bytes(available)) of memory are available.", "swiftlet pretrain DATA --batch-size 32")
    }
    return findings
  }

  private var unusedGPU: [Finding] {
    guard devices.hasNVIDIADriver, devices.cuda == 0 else { return [] }
    if libtorch.build == "CPU" {
      return [
        Finding(
          weight: .hinders, what: "There is a driver of NVIDIA's, but this libtorch computes on the processor alone.",
          remedy: "TORCH_INDEX=https://pypi.org/simple \(Installation.rebuild)")
      ]
    }
    return [
      Finding(
        weight: .hinders, what: "There is a driver of NVIDIA's, but libtorch finds no GPU that it can use with it.",
        remedy: "nvidia-smi")
    ]
  }
}
