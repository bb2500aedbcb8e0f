import ArgumentParsing
import Foundation
import Swiftlet

struct MethodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "methods",
    abstract: "Lists the methods, and the presets that hold numbers for them.",
    discussion: """
      A preset names where its numbers come from; each can be chosen otherwise, which the run then says.

        swiftlet pretrain photos --method simclr --preset small
      """)

  @Flag(help: "Print one JSON object on standard output instead of the list.")
  var json = false

  func run() throws {
    let methods = MethodName.allCases.map(Entry.init)
    if json { return try printJSON(["methods": methods]) }
    let lines = methods.map { method in
      let presets = method.presets.map {
        "  --preset \($0.name.padding(toLength: 20, withPad: " ", startingAt: 0))batch \($0.batchSize), "
          + "\($0.epochs) epochs\n\(String(repeating: " ", count: 31))\($0.source)"
      }
      return (["\(method.name): \(method.summary)", "  \(method.source)", ""] + presets).joined(separator: "\n")
    }
    try printText(lines.joined(separator: "\n\n") + "\n")
  }

  private struct Entry: Encodable {
    struct Numbers: Encodable {
      let name: String
      let source: String
      let batchSize: Int
      let epochs: Int
    }

    let name: String
    let summary: String
    let source: String
    let presets: [Numbers]

    init(_ method: MethodName) {
      name = method.rawValue
      summary = method.configuration.summary
      source = method.configuration.paper
      presets = method.presets.map {
        Numbers(name: $0.name.rawValue, source: $0.source, batchSize: $0.batchSize, epochs: $0.epochs)
      }
    }
  }
}
