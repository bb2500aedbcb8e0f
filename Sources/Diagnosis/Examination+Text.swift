import Settings

extension Examination {
  /// For people: a table of what was found, then the problems.
  package var text: String { text(in: .neutral) }

  /// - Parameter wording: how it names what can be done about a problem.
  package func text(in wording: Wording) -> String {
    var lines: [String] = []
    func add(_ title: String, _ values: String...) {
      for (index, value) in values.enumerated() where !value.isEmpty {
        lines.append((index == 0 ? title : "").padded(to: Self.column) + value)
      }
    }
    add("Swiftlet", "\(swiftlet), with Swift \(swift)")
    add("libtorch", "\(libtorch.version), built for \(libtorch.build)", libtorch.path ?? "")
    add(
      "Processor", processor.model,
      "\(Figure.counted(processor.cores, "core")), \(Figure.counted(processor.threads, "thread")) to compute with",
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
    let libraries = sound.filter(\.isPresent).map(\.library)
    add("Sound", libraries.isEmpty ? "cannot be read" : "by " + libraries.joined(separator: ", "))
    for (index, check) in checks.enumerated() {
      add(index == 0 ? "Checked" : "", "\(check.failure == nil ? "✓" : "✗") \(check.name)")
    }
    let problems = problems
    for problem in problems {
      lines += ["", "\(problem.severity == .prevents ? "✗" : "!") \(problem.what)"]
      if let remedy = problem.remedy { lines.append("    \(remedy.sentence(in: wording))") }
    }
    lines += ["", isUsable ? verdict(problems) : "Swiftlet cannot be used here until this is repaired."]
    return lines.joined(separator: "\n")
  }

  private static let column = 12

  private func verdict(_ problems: [Problem]) -> String {
    problems.isEmpty ? "No problems were found." : "Swiftlet can be used."
  }

  private var gpu: String {
    if devices.cuda > 0 { return "CUDA, \(devices.cuda) device\(devices.cuda == 1 ? "" : "s")" }
    return devices.mps ? "MPS" : "none that this libtorch can use"
  }

  private static func room(in folder: FolderState) -> String {
    guard let free = folder.free else { return "does not exist" }
    return folder.isWritable ? "\(Figure.bytes(free)) free" : "cannot be written to"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, width - count))
  }
}
