import Foundation
import Testing

@testable import ArgumentParsing

private struct Open: ParsableCommand {
  @Option(name: .shortAndLong) var output: FilePath = "out/"
  @Argument() var data: [FilePath] = []
}

struct FilePathTests {
  /// What the shell itself makes of a tilde.
  private func home(_ tilde: String = "~") throws -> String { try shell("printf %s \(tilde)") }

  @Test func aTildeIsAFolderOfAPerson() throws {
    let home = try home()
    let command = try Open.parse(["--output=~/runs//first/", "~", "~/", "./~", "a/~/b"])
    #expect(command.output.path == (home == "/" ? "" : home) + "/runs//first")
    #expect(command.data.map(\.path) == [home, home, "./~", "a/~/b"])
    #expect(try Open.parse(["-o", "~/x"]).output == Open.parse(["-o=~/x"]).output)
    let root = try self.home("~root")
    #expect(FilePath("~root") == FilePath(root))
    #expect(FilePath("~root/a b/").path == (root == "/" ? "" : root) + "/a b")
  }

  @Test(arguments: [
    ("/", "/"), ("//", "/"), ("///", "/"), ("a/", "a"), ("a///", "a"), ("/a/", "/a"), ("a//b", "a//b"), (".", "."),
    ("../", ".."), ("./a/.", "./a/."), (" ", " "), (" a / ", " a / "), ("-", "-"), ("a~", "a~"),
    ("~nobody-of-this-name", "~nobody-of-this-name"), ("~$draft.docx", "~$draft.docx"),
    ("~nobody-here/a/", "~nobody-here/a"),
    ("é/", "é"), ("a/\u{301}", "a/\u{301}"), ("~\u{301}/a", "~\u{301}/a"), ("~root\u{0}/a", "~root\u{0}/a"),
  ])
  func theRestStaysAsWritten(written: String, path: String) {
    #expect(FilePath(argument: written)?.path.utf8.elementsEqual(path.utf8) == true)
    #expect("\(FilePath(written))".utf8.elementsEqual(path.utf8))
  }

  @Test func longNamesAreNoPeople() {
    let name = "~" + String(repeating: "x", count: 1_000_000)
    #expect(FilePath(name).path == name)
  }

  @Test(arguments: [
    (["--output="], "'--output'"), (["-o", ""], "'-o'"), ([""], "<data>"),
  ])
  func theEmptyTextIsRefused(words: [String], argument: String) {
    let error = #expect(throws: ParserError.self) { try Open.parse(words) }
    let name = argument == "'-o'" ? "'--output'" : argument
    #expect(error?.description == "The value of \(name), '', is not the path of a file or folder.")
  }

  @Test func filesAreOfferedAndDefaultsShown() throws {
    #expect(CompletionShell.zsh.script(for: Open.self).contains(":output:_files'"))
    #expect(Open.helpMessage().contains("(default: out)"))
    #expect(try Open.parse([]).output.path == "out")
    #expect(FilePath("/a b").url.path(percentEncoded: false) == "/a b")
  }
}

struct ShellWordTests {
  private static let words = [
    "", "photos", "my photos", "it's", "''", "a\\", "$HOME", "`id`", "$(id)", "a;b", "a\nb", "*", "~", "~root", "#a",
    "!x",
    "{a,b}", "[a]", "a=b", "-n", "--x=y z", "é", "日本語", "\u{301}'", "'\u{301}", "a\tb", "<>", "|&", "\"", "%+@:,./_-",
  ]

  @Test(arguments: words)
  func aShellReadsThemBack(word: String) throws {
    #expect(try shell("printf %s \(shellQuoted(word))").utf8.elementsEqual(word.utf8))
    #expect(
      try shell("printf %s \(escaped("x" + word.replacing("\n", with: "")))") == "x" + word.replacing("\n", with: ""))
  }

  @Test(arguments: [
    ("photos", "photos"), ("runs/first-2.csv", "runs/first-2.csv"), ("--labels=a,b", "--labels=a,b"), ("été", "été"),
    ("my photos", "'my photos'"), ("", "''"), ("~/a", "'~/a'"), ("a'b", #"'a'\''b'"#),
  ])
  func onlyWhatNeedsThemHasQuotes(word: String, expected: String) { #expect(shellQuoted(word) == expected) }

  @Test func whatIsNotSeenIsEscaped() {
    #expect(visiblyShellQuoted("a b") == "'a b'" && visiblyShellQuoted("photos") == "photos")
    #expect(visiblyShellQuoted("it's\n\u{1B}\\") == #"$'it\'s\012\033\\'"#)
    #expect(visiblyShellQuoted("a\u{202E}b") == #"$'a\342\200\256b'"#)
  }

  @Test func fishHasItsOwnQuotes() { #expect(fishQuoted(#"a'b\"#) == #"'a\'b\\'"#) }
}

/// What a POSIX shell prints.
private func shell(_ script: String) throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/sh")
  process.arguments = ["-c", script]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0)
  return String(decoding: data, as: UTF8.self)
}
