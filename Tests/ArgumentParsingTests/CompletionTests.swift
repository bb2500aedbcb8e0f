import Foundation
import Testing

@testable import ArgumentParsing

struct CompletionTests {
  /// The scripts under Golden/ were read and tried in their shells; they change only with what is declared.
  @Test(arguments: CompletionShell.allCases)
  func scriptsAreAsTriedInTheirShells(shell: CompletionShell) throws {
    let url = try #require(
      Bundle.module.url(forResource: "completions", withExtension: shell.rawValue, subdirectory: "Golden"))
    #expect(try script(["--generate-completion-script", shell.rawValue]) == String(contentsOf: url, encoding: .utf8))
  }

  @Test func theSignWorksAsInOtherOptions() throws {
    #expect(try script(["--generate-completion-script=fish"]) == CompletionShell.fish.script(for: Root.self))
  }

  @Test func wrongRequestsAreRefused() {
    let unknown = #expect(throws: ParserError.self) { try Root.parseAsRoot(["--generate-completion-script", "zhs"]) }
    #expect("\(unknown.map { "\($0)" } ?? "")".contains("did you mean 'zsh'"))
    let missing = #expect(throws: ParserError.self) { try Root.parseAsRoot(["--generate-completion-script"]) }
    #expect(missing?.exitCode == .validationFailure)
    // Asked of the root alone.
    let misplaced = #expect(throws: ParserError.self) {
      try Root.parseAsRoot(["draw", "--generate-completion-script", "bash"])
    }
    #expect(misplaced?.exitCode == .validationFailure)
  }

  @Test func whatPeopleWriteCannotLeaveItsQuotes() {
    #expect(quoted("a pen's colour") == #"'a pen'\''s colour'"#)
  }

  private func script(_ arguments: [String]) throws -> String {
    let error = #expect(throws: ParserError.self) { try Root.parseAsRoot(arguments) }
    guard case .completionScriptRequested(let script)? = error?.kind else { throw CancellationError() }
    #expect(error?.exitCode == .success)
    return script
  }
}
