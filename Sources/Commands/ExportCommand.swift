import ArgumentParsing
import Files
import Foundation
import Swiftlet

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes the network of a run for other tools: safetensors for timm, ONNX, a model card.",
    discussion: """
      RUN is a run that learned without labels, or a model from 'swiftlet finetune --output', which is exported with its \
      head. If timm can build the network, the weights have timm's names and a config.json lets timm load the folder; a \
      transformer for texts with a WordPiece vocabulary becomes a folder of sentence-transformers. The ONNX file takes any \
      number of samples. Each file is read back and compared with the run before it is kept.

        swiftlet export runs/first
        swiftlet export runs/tuned --format onnx -o model
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var runFolder: FilePath

  @Option(help: "What to write. Default: both.")
  var format: NetworkExport.Format?

  @Option(
    name: .shortAndLong,
    help: "Folder to write to; it is created if needed. Default: RUN/export, whose files are replaced.",
    completion: .directory)
  var output: FilePath?

  @OptionGroup var outputs: OutputOptions

  @OptionGroup var opening: OpeningOptions

  @Flag(help: "Print one JSON object with the outcome on standard output.")
  var json = false

  func run() throws {
    let console = Console()
    let folder = opening.open(runFolder)
    let formats = format.map { [$0] } ?? NetworkExport.Format.allCases
    let place = output?.path ?? "\(folder.path)/export"
    let (configuration, listing) = try folder.open()
    var outputs = Outputs(reading: folder, [], outputs)
    let option = output == nil ? "export" : "--output"
    // Where nobody named the folder, nobody knows that files would come to another place.
    if output == nil, isLink(place) {
      throw RunFolder.Failure.unwritable(
        path: place, reason: linkIsNotFollowed("folder") + ", or name the folder with --output")
    }
    try outputs.checkFolder(place, option)
    let names = try NetworkExport.fileNames(of: formats, for: configuration, isFineTuned: folder.isFineTuned)
    for name in names where isTaken("\(place)/\(name)") { try outputs.check("\(place)/\(name)", option) }
    try outputs.check(recorded: listing)
    let network = try ExportedNetwork(of: folder)
    for damage in network.damaged { console.say(passedOver: damage) }
    let export = try NetworkExport(
      network, of: folder, as: formats, to: place, replaces: outputs.replaces("\(place)/README.md"), in: .program)
    for check in export.checks {
      console.say(
        "\(check.file): the same features as the run, with a difference of at most \(String(format: "%.1e", check.largestDifference))."
      )
    }
    console.say("Wrote \(export.files.joined(separator: ", ")) to \(export.folder).")
    if let name = export.timmName {
      console.say("Load it in Python:")
      console.say(Prose.commandIndent + "timm.create_model(\(pythonQuoted(name)), pretrained=True)")
    } else if export.hasCode {
      console.say("README.md says how to load it in Python.")
    } else if formats.contains(.safetensors), !export.files.contains("config.json") {
      console.say(
        "There is no config.json, because timm cannot build this network; README.md says how to load the weights.")
    }
    if json {
      try printJSON(Outcome(folder: export.folder, files: export.files, checks: export.checks, timm: export.timmName))
    }
  }

  private struct Outcome: Encodable {
    let folder: String
    let files: [String]
    let checks: [NetworkExport.Check]
    /// The name by which timm loads it; nil if timm cannot build such a network.
    let timm: String?
  }
}

/// The text as Python writes it.
private func pythonQuoted(_ text: String) -> String {
  "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}

extension NetworkExport.Format: ExpressibleByArgument {}
