import ArgumentParsing
import Foundation
import Swiftlet

struct MethodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "methods",
    abstract: "Lists the methods, and the presets that hold numbers for them.",
    discussion: """
      A preset names where its numbers come from; each can be chosen otherwise, which the run then says. With a name, the \
      method's options are listed too.

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
      var lines = ["\(method.name.rawValue): \(method.summary)", "  \(method.paper)", ""]
      lines += catalogue.presets(of: method.name).map {
        "  --preset \($0.name.rawValue.padding(toLength: 20, withPad: " ", startingAt: 0))batch \($0.batchSize), "
          + "\($0.epochs) epochs\n\(String(repeating: " ", count: 31))\($0.source)"
      }
      if name != nil {
        let options = method.options.map { $0.declared(in: "Options") }
        lines += ["", HelpPage.text(of: options, width: terminalWidth())]
      }
      return lines.joined(separator: "\n")
    }
    try printText(pages.joined(separator: "\n\n") + "\n")
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
