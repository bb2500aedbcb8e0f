import Settings

/// Something that is missing or does not work, with the command that repairs it.
package struct Problem: Codable, Sendable, Equatable {
  package enum Severity: String, Codable, Sendable {
    /// Swiftlet cannot be used.
    case prevents
    /// Swiftlet can be used, but something is slower or not possible.
    case limits
  }

  package var severity: Severity
  /// A sentence that describes the problem.
  package var what: String
  /// The command that repairs it, or what to do instead; nil where nothing helps.
  package var remedy: Explanation?
}

extension Examination {
  /// In bytes. With less, a run is likely to fail: two checkpoints of a ResNet-50 with AdamW take 0.7 GB.
  static let littleDisk = 1_000_000_000
  /// In bytes.
  static let littleMemory = 1_000_000_000

  /// Whether nothing prevents the use of Swiftlet.
  package var isUsable: Bool { !problems.contains { $0.severity == .prevents } }

  /// The failed checks first, then what is missing or scarce.
  package var problems: [Problem] {
    let failed = checks.compactMap { check in
      check.failure.map { failure in
        Problem(
          severity: .prevents, what: "The check of \(check.name) fails: \(failure).",
          // Reinstalling does not help where nothing can be written.
          remedy: check.subject == .pictures && !canWrite ? "export TMPDIR=/tmp" : Explanation(check.remedy))
      }
    }
    return failed + lacking + tight + unusedGPU
  }

  private var canWrite: Bool { workingFolder.isWritable || temporaryFolder.isWritable }

  private var lacking: [Problem] {
    decoders.filter { !$0.isPresent }.map {
      Problem(severity: .limits, what: $0.limit, remedy: Explanation($0.remedy))
    }
      + sound.filter { !$0.isPresent }.map {
        Problem(severity: .limits, what: $0.limit, remedy: Explanation($0.remedy))
      }
  }

  private var tight: [Problem] {
    var problems: [Problem] = []
    func add(_ what: String, _ remedy: Explanation) {
      problems.append(Problem(severity: .limits, what: what, remedy: remedy))
    }
    let elsewhere: Explanation =
      "keep runs in another folder\(by: .pretrain(setting: "run", value: "/ANOTHER/PLACE"))"
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
      add(
        "Only \(Figure.bytes(available)) of memory are available.",
        "train with a small batch\(by: .pretrain(setting: "batch-size", value: "32"))")
    }
    return problems
  }

  private var unusedGPU: [Problem] {
    guard devices.hasNVIDIADriver, devices.cuda == 0 else { return [] }
    if libtorch.build == "CPU" {
      return [
        Problem(
          severity: .limits, what: "There is a driver of NVIDIA's, but this libtorch computes on the processor alone.",
          remedy: "TORCH_INDEX=https://pypi.org/simple \(Installation.rebuild)")
      ]
    }
    return [
      Problem(
        severity: .limits, what: "There is a driver of NVIDIA's, but libtorch finds no GPU that it can use with it.",
        remedy: "nvidia-smi")
    ]
  }
}
