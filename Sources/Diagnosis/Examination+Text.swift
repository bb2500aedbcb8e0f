import Settings

extension Examination {
  /// For people: a table of what there is, then what is missing.
  public var text: String {
    var lines: [String] = []
    func add(_ title: String, _ values: String...) {
      for (index, value) in values.enumerated() where !value.isEmpty {
        lines.append((index == 0 ? title : "").padded(to: Self.column) + value)
      }
    }
    add("Swiftlet", "\(swiftlet), with Swift \(swift)")
    add("libtorch", "\(libtorch.version), built for \(libtorch.build)", libtorch.path ?? "")
    add(
      "Processor", processor.model, "\(processor.cores) cores, \(processor.threads) threads to compute with",
      processor.instructionSets.joined(separator: ", "))
    add("GPU", gpu)
    add("Precision", "\(precision.auto.rawValue) unless asked otherwise:", precision.reason)
    add("Memory", Figure.bytes(memory.total) + (memory.available.map { ", \(Figure.bytes($0)) available" } ?? ""))
    add("Disk", "\(Self.room(in: workingFolder)), the working folder", workingFolder.path)
    add("", "\(Self.room(in: temporaryFolder)), for temporary files", temporaryFolder.path)
    let present = decoders.filter(\.isPresent).map(\.format)
    let absent = decoders.filter { !$0.isPresent }.map(\.format)
    add(
      "Pictures", present.joined(separator: ", "), absent.isEmpty ? "" : "not " + absent.joined(separator: ", "))
    for (index, check) in checks.enumerated() {
      add(index == 0 ? "Checked" : "", "\(check.failure == nil ? "✓" : "✗") \(check.name)")
    }
    let findings = findings
    for finding in findings {
      lines += ["", "\(finding.weight == .stops ? "✗" : "!") \(finding.what)"]
      if let remedy = finding.remedy { lines.append("    \(remedy)") }
    }
    lines += ["", isUsable ? verdict(findings) : "Swiftlet cannot be used here until that is mended."]
    return lines.joined(separator: "\n")
  }

  private static let column = 12

  private func verdict(_ findings: [Finding]) -> String {
    findings.isEmpty ? "All is well." : "Swiftlet can be used."
  }

  private var gpu: String {
    if devices.cuda > 0 { return "CUDA, \(devices.cuda) device\(devices.cuda == 1 ? "" : "s")" }
    return devices.mps ? "MPS" : "none that this libtorch can use"
  }

  private static func room(in place: Place) -> String {
    guard let free = place.free else { return "does not exist" }
    return place.isWritable ? "\(Figure.bytes(free)) free" : "cannot be written to"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, width - count))
  }
}
