import ArgumentParsing
import Foundation
import Swiftlet

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Writes the feature vector of every sample.",
    discussion: """
      OUT.npy holds one float32 row a sample, and OUT.csv beside it the row's number and the sample's name. Rows are \
      written as they are computed: no set is too large for the memory.
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
  var runFolder: String

  @Argument(help: "Folders or files.")
  var data: [String]

  @Option(name: .shortAndLong, help: "Where to write: a file ending in .npy.")
  var output: String

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  mutating func validate() throws {
    try require(output.hasSuffix(".npy"), "--output '\(output)' must end in .npy")
  }

  func run() throws {
    let console = Console()
    let folder = RunFolder(runFolder)
    let (configuration, _) = try folder.open()
    let collection = try configuration.data.scan(data)
    for note in collection.notes { console.say(note) }
    let encoder = try Encoder(of: folder)
    let names = String(output.dropLast(4)) + ".csv"
    let vectors = try NumpyWriter(output, width: encoder.featureCount)
    let table = try TextWriter(names)
    try table.write("row,path\n")
    let all = collection.names
    var rows = 0
    let skipped = try encoder.forEachBatch(of: collection.evaluationView(of: Array(all.indices))) { features, samples in
      try vectors.append(features)
      for sample in samples {
        try table.write("\(rows),\(csvField(all[sample]))\n")
        rows += 1
      }
    }
    try vectors.finish()
    console.say(skipped: collection.skipped + skipped)
    console.say("Wrote \(rows) vectors of \(encoder.featureCount) numbers to \(output), their names to \(names).")
    if json {
      try printJSON(
        Outcome(
          vectors: output, names: names, rows: rows, width: encoder.featureCount,
          skipped: collection.skipped.count + skipped.count))
    }
  }

  private struct Outcome: Encodable {
    let vectors: String
    let names: String
    let rows: Int
    let width: Int
    let skipped: Int
  }
}

/// A text file that grows.
private struct TextWriter {
  private let handle: FileHandle

  init(_ path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else { throw RepresentationExportError(path: path, reason: String(cString: strerror(errno))) }
    self.handle = handle
  }

  func write(_ text: String) throws { try handle.write(contentsOf: Data(text.utf8)) }
}

/// Quoted where RFC 4180 wants it.
private func csvField(_ text: String) -> String {
  let needsQuotes = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
  return needsQuotes ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
}
