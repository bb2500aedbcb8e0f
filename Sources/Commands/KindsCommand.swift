import ArgumentParsing
import Foundation
import Swiftlet

struct KindsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kinds",
    abstract: "Lists the kinds of data.",
    discussion: """
      With a name: all options for data of this kind, and the methods that learn from it.

        swiftlet kinds pictures
      """)

  @Argument(help: "One kind, with its options.")
  var name: KindName?

  @Flag(help: "Print one JSON object on standard output instead of the list.")
  var json = false

  func run() throws {
    let catalogue = SwiftletProgram.catalogue
    let kinds = catalogue.kinds.filter { name == nil || $0.name == name?.name }
    if json { return try printJSON(["kinds": kinds.map { Entry($0, catalogue) }]) }
    let pages = kinds.map { kind in
      var lines = ["\(kind.name): \(kind.summary)"]
      if name != nil {
        lines.append("  methods: \(Entry.methods(for: kind, catalogue).joined(separator: ", "))")
        let options = HelpPage.text(of: CatalogueOptions.declared(by: kind), width: terminalWidth())
        lines += options.isEmpty ? ["  options: none of its own"] : ["", options.trimmingCharacters(in: .newlines)]
      }
      return lines.map { wrapped($0, indent: 0, width: terminalWidth()) }.joined(separator: "\n")
    }
    try printText(pages.joined(separator: "\n") + "\n")
    if name == nil { try printText("\n'swiftlet kinds NAME' lists the options and methods of one.\n") }
  }

  private struct Entry: Encodable {
    struct Option: Encodable {
      let name: String
      let help: String
      let takes: String
    }

    let name: String
    let summary: String
    let methods: [String]
    let options: [Option]

    init(_ kind: any DataKind.Type, _ catalogue: Catalogue) {
      name = kind.name
      summary = kind.summary
      methods = Self.methods(for: kind, catalogue)
      options = kind.options.map { Option(name: $0.name, help: $0.help, takes: $0.expected) }
    }

    static func methods(for kind: any DataKind.Type, _ catalogue: Catalogue) -> [String] {
      let known = Set(catalogue.presets(for: kind).map(\.method))
      return catalogue.methodNames.filter(known.contains).map(\.rawValue)
    }
  }
}
