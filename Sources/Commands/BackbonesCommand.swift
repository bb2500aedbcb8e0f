import ArgumentParsing
import Foundation
import Swiftlet

struct BackbonesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backbones",
    abstract: "Lists the networks.",
    discussion: """
      Parameters and features are counted at the size of the paper: ResNets at a width of 64, and transformers with 12 \
      blocks and patches of 16 pixels, for pictures of 224. --width, --layers and --patch-size make them smaller or \
      larger. The size of an mlp depends on the data.

        swiftlet pretrain photos --backbone resnet50
      """)

  @Flag(help: "Print one JSON object on standard output instead of the list.")
  var json = false

  func run() throws {
    let backbones = try SwiftletProgram.catalogue.models.map { model in
      let network = try model.published?.build()
      return Entry(
        name: model.name.rawValue, features: network?.featureCount, parameters: network?.parameterCount,
        source: model.source)
    }
    if json { return try printJSON(["backbones": backbones]) }
    let lines = backbones.map { entry in
      var title = entry.name
      if let features = entry.features, let parameters = entry.parameters {
        title += ": \(features) features, \(Figure.rounded(parameters)) parameters"
      } else {
        title += ": its size depends on the data"
      }
      return "\(title)\n" + wrapped(entry.source, indent: 2, width: terminalWidth())
    }
    try printText(lines.joined(separator: "\n") + "\n")
  }

  private struct Entry: Encodable {
    let name: String
    let features: Int?
    let parameters: Int?
    let source: String
  }
}
