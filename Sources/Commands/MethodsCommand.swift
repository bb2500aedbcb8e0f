import ArgumentParsing
import Foundation
import Swiftlet

struct MethodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "methods",
    abstract: "Lists the methods, and the presets that hold numbers for them.",
    discussion: """
      A preset holds all numbers of a run, and says where they come from. Options change single numbers; the run then says \
      so. With a name: the presets of the method, and its options.

        swiftlet methods simclr
        swiftlet pretrain photos --method simclr --preset small
      """)

  @Argument(help: "One method, with its options.")
  var name: MethodName?

  @Flag(help: "Print one JSON object on standard output instead of the list.")
  var json = false

  func run() throws {
    let catalogue = SwiftletProgram.catalogue
    let methods = catalogue.methods.filter { name == nil || $0.name == name }
    if json { return try printJSON(["methods": methods.map { Entry($0, catalogue) }]) }
    let pages = methods.map { method in
      let width = terminalWidth()
      let presets = catalogue.presets(of: method.name)
      var lines = [
        wrapped("\(method.name.rawValue): \(method.summary)", indent: 0, width: width),
        wrapped(method.paper, indent: 2, width: width),
      ]
      if name == nil {
        let names = presets.map(\.name.rawValue).joined(separator: ", ")
        lines.append(wrapped("presets: \(names)", indent: 2, width: width))
      } else {
        lines += presets.flatMap {
          [
            "", "  --preset \($0.name.rawValue)",
            wrapped("batch \($0.batchSize), \($0.epochs) epochs; \($0.source)", indent: 6, width: width),
          ]
        }
        let options = HelpPage.text(of: method.options.map { $0.declared(in: "Options") }, width: width)
        if !options.isEmpty { lines += ["", options.trimmingCharacters(in: .newlines)] }
      }
      return lines.joined(separator: "\n")
    }
    try printText(pages.joined(separator: "\n\n") + "\n")
    if name == nil { try printText("\n'swiftlet methods NAME' describes the presets and options of one.\n") }
  }

  private struct Entry: Encodable {
    struct Numbers: Encodable {
      let name: String
      let source: String
      let batchSize: Int
      let epochs: Int
      let kind: String?
    }

    let name: String
    let summary: String
    let source: String
    let presets: [Numbers]

    init(_ method: any MethodSettings.Type, _ catalogue: Catalogue) {
      name = method.name.rawValue
      summary = method.summary
      source = method.paper
      presets = catalogue.presets(of: method.name).map {
        Numbers(
          name: $0.name.rawValue, source: $0.source, batchSize: $0.batchSize, epochs: $0.epochs, kind: $0.input.kind)
      }
    }
  }
}
