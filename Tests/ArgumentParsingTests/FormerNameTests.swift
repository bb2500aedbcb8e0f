import Testing

@testable import ArgumentParsing

@Suite struct FormerNameTests {
  private struct Paint: ParsableCommand {
    @Option(name: [.long, .formerLong("shade"), .formerLong("hue")], help: "What to paint with.")
    var colour = "red"
    mutating func run() throws {}
  }

  @Test(arguments: ["--colour", "--shade", "--hue"]) func everyNameIsRead(_ name: String) throws {
    #expect(try Paint.parse([name, "blue"]).colour == "blue")
    #expect(try Paint.parse([name + "=blue"]).colour == "blue")
    #expect { try Paint.parse([name]) } throws: { "\($0)".contains(name) }
  }

  /// Only the present name is shown, completed and suggested.
  @Test func formerNamesAreNotShown() {
    for text in [Paint.helpMessage()] + CompletionShell.allCases.map({ $0.script(for: Paint.self) }) {
      #expect(text.contains("colour") && !text.contains("shade") && !text.contains("hue"))
    }
    #expect { try Paint.parse(["--shad", "blue"]) } throws: { !"\($0)".contains("--shade") }
  }
}
