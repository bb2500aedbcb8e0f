import Foundation
import Pictures
import TestSupport
import Testing

/// What identifies a patient never leaves: no output of a command has it, in text or in files, but for the two files of a run
/// that are said to stay on the machine.
@Suite(.enabled(if: PictureFormat.dicom.isBuilt)) struct PrivacyTests {
  /// What must not be found, beside the parts of paths.
  private struct Patient {
    let id: String
    let name: String
    let birth: String
    let study: String
    let folder: String
  }

  private static let patients = (0..<6).map { number in
    Patient(
      id: "QX-\(4711 + number)-Z", name: "Zyxwolf^Brunhild\(number)", birth: "1931020\(number + 1)",
      study: "1.2.840.99887.\(77 + number)", folder: "Zyxwolf_B_\(number)")
  }
  private static let institution = "St. Wendelin Klinik"
  private static let accession = "ACC9988776"
  private static let studyDate = "20190223"

  /// Six patients of two classes, four slices each; a file that is broken and one of another kind.
  private func writeFiles(in data: URL) throws -> Set<String> {
    var rows = ["path,label"]
    var needles: Set<String> = [Self.institution, Self.accession, Self.studyDate, data.lastPathComponent]
    for (number, patient) in Self.patients.enumerated() {
      needles.formUnion([patient.id, patient.name, patient.birth, patient.study, patient.folder, "Zyxwolf", "Brunhild"])
      for slice in 0..<4 {
        var file = DICOMFile(
          grey: (0..<256).map { ($0 % 16) * (number + 2) * 5 + ($0 / 16) * (number % 2 == 0 ? 9 : 2) + slice },
          width: 16)
        let series = "\(patient.study).5"
        file.identify(
          patient: patient.id, name: patient.name, birth: patient.birth, study: patient.study, series: series,
          instance: slice + 1, modality: "MR")
        file.place(z: Double(-slice))
        file[0x0008_0018] = .text("UI", "\(series).\(slice)")
        file[0x0008_0020] = .text("DA", Self.studyDate)
        file[0x0008_0050] = .text("SH", Self.accession)
        file[0x0008_0080] = .text("LO", Self.institution)
        file[0x0010_4000] = .text("LT", "Comment on \(patient.name)")
        let name = "\(patient.folder)/IMAGE-\(number)\(slice)-abc.dcm"
        try write(file.bytes, to: data.appending(path: name))
        rows.append("\(data.lastPathComponent)/\(name),\(number % 2 == 0 ? "steep" : "flat")")
        needles.formUnion([series, "IMAGE-\(number)\(slice)-abc"])
      }
    }
    try write([1, 2, 3], to: data.appending(path: "\(Self.patients[0].folder)/broken-xyz.dcm"))
    try write(Array("Zyxwolf".utf8), to: data.appending(path: "letter-to-xyz.zyxdoc"))
    needles.formUnion(["broken-xyz", "letter-to-xyz", "zyxdoc"])
    let labels = data.deletingLastPathComponent().appending(path: "classes.csv")
    try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: labels)
    return needles
  }

  private func write(_ bytes: [UInt8], to file: URL) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// Files below a folder that may leave.
  private func files(in folder: URL) -> [URL] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    return (all?.allObjects as? [URL] ?? []).filter { file in
      (try? file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
        && file.lastPathComponent != "samples.json" && file.lastPathComponent != "private-key.csv"
        && !file.path.contains("/private-keys/")
    }
  }

  @Test(.timeLimit(.minutes(10))) func noOutputHasAnIdentifier() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "Wendelin-Archiv")
      let needles = try writeFiles(in: data)
      let work = folder.appending(path: "work")
      try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
      var said: [(command: String, text: String)] = []
      /// From the folder beside the data, so that arguments are the only paths that a command is given.
      func run(_ arguments: String..., options: [String] = []) throws {
        let outcome = try SwiftletProgram.run(arguments + options, in: work)
        #expect(outcome.code == 0, "\(arguments[0]): \(outcome.errors)")
        said.append((arguments.prefix(3).joined(separator: " "), outcome.output + "\n" + outcome.errors))
      }
      let place = "../Wendelin-Archiv"
      let classes = ["--labels", "../classes.csv"]
      try run("kinds")
      try run("pretrain", place, "-o", "run", options: SwiftletProgram.tiny + ["--positives", "neighbour"])
      try run(
        "pretrain", place, "-o", "other", "--positives", "group", "--json", options: SwiftletProgram.tiny + classes)
      try run("resume", "run")
      try run("report", "run", place, options: classes)
      try run("evaluate", "run", place, options: classes)
      try run("evaluate", "run", place, "--json", options: classes)
      try run("embed", "run", place, "-o", "vectors.npy", "--json")
      try run(
        "suggest", "run", place, "--count", "3", "-o", "suggest.csv", "--outliers", "odd.csv", "--duplicates",
        "same.csv")
      try run("suggest", "run", place, "--count", "3", "--json")
      try run("finetune", "run", place, "-o", "tuned", "--epochs", "2", "--only-run", options: classes)
      try run("predict", "tuned", place, "-o", "predicted.csv")
      try run(
        "curve", "run", place, "--fractions", "50%", "--seeds", "1", "--minutes", "1", options: classes)
      try run("robustness", "run", place, options: classes)
      try run("search", "run", place, "\(place)/\(Self.patients[1].folder)/IMAGE-12-abc.dcm")
      // A set is named as the user named it.
      try run("transfer", "run", place, options: classes)
      try run("compare", "run", "other")
      try run("export", "run", "--format", "safetensors")
      try run(
        "select", place, "-o", "selection", "--methods", "simclr,vicreg", "--epochs", "1", "--width", "4",
        "--image-size", "16", "--batch-size", "8")
      try run("doctor")
      try run("bench", "input", place)
      try run("bench", "views", place, "--image-size", "16", "--threads", "1")
      var hits: [String] = []
      for (command, text) in said {
        for needle in needles where text.contains(needle) {
          if command.hasPrefix("transfer"), needle == data.lastPathComponent { continue }
          hits.append("\(command) says \(needle)")
        }
      }
      let written = files(in: work)
      #expect(written.count > 20)
      for file in written {
        let contents = try Data(contentsOf: file)
        for needle in needles where contents.range(of: Data(needle.utf8)) != nil {
          hits.append("\(file.path.dropFirst(work.path.count)) has \(needle)")
        }
        for needle in needles where file.path.dropFirst(work.path.count).contains(needle) {
          hits.append("\(file.path) is named after \(needle)")
        }
      }
      #expect(hits.isEmpty, "\(hits.joined(separator: "\n"))")

      // The two that stay on the machine do have them, and only their owner reads the key.
      let key = try String(contentsOfFile: work.appending(path: "run/private-key.csv").path, encoding: .utf8)
      #expect(key.contains("\"patient 2, slice 1\",\(data.path)/\(Self.patients[1].folder)/IMAGE-13-abc.dcm,0"))
      #expect(key.contains("file 1,"))
      let attributes = try FileManager.default.attributesOfItem(
        atPath: work.appending(path: "run/private-key.csv").path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      // Names in what is written are those of the key.
      let names = try SwiftletProgram.lines(work, "vectors.csv").dropFirst().map { $0.split(separator: "\"")[0] }
      #expect(names.count == 24 && names.allSatisfy { key.contains($0) })
    }
  }
}
