import Foundation
import Testing

@testable import ArgumentParsing

struct HelpTests {
  /// The pages under Golden/ were laid out by hand and read; they change only with the layout.
  @Test(arguments: [("root", 80), ("draw", 80), ("draw", 50), ("compare", 80), ("bench-tools", 80)])
  func pagesLookAsLaidOut(name: String, width: Int) throws {
    let url = try #require(
      Bundle.module.url(forResource: "help-\(name)-\(width)", withExtension: "txt", subdirectory: "Golden"))
    let golden = try String(contentsOf: url, encoding: .utf8)
    let error = #expect(throws: ParserError.self) {
      try Root.parseAsRoot(name == "root" ? ["--help"] : [name, "--help"])
    }
    guard case .helpRequested(let page)? = error?.kind else { throw CancellationError() }
    #expect(page.text(width: width) == golden)
    for line in golden.split(separator: "\n") { #expect(line.count <= width) }
  }

  @Test func narrowPagesLoseNoWord() {
    func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" } }
    let page = Root.helpMessage(for: Draw.self, columns: 200)
    for width in [-5, 0, 1, 20, 40, 79] {
      #expect(words(Root.helpMessage(for: Draw.self, columns: width)) == words(page))
    }
  }
}
