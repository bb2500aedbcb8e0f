import Foundation
import TestSupport
import Testing

/// The program's own script, in bash.
@Suite struct CompletionScriptTests {
  /// What bash offers for the last word of each line, a row a line.
  private func offered(for lines: [[String]], in folder: URL) throws -> [Set<String>] {
    let script = folder.appending(path: "completions.bash")
    try Data(SwiftletProgram.run("--generate-completion-script", "bash").output.utf8).write(to: script)
    let calls = lines.map { "try \($0.map { "'\($0)'" }.joined(separator: " "))" }
    let harness = """
      source completions.bash
      complete -p swiftlet | grep -q -- '-F _swiftlet' || exit 1
      cd data
      try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _swiftlet; printf '%s|' "${COMPREPLY[@]}"; echo; }
      \(calls.joined(separator: "\n"))
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bash", "-c", harness]
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: said, as: UTF8.self).split(separator: "\n").map { line in
      Set(line.split(separator: "|").map(String.init))
    }
  }

  @Test func bashOffersWhatFits() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try FileManager.default.createDirectory(at: data.appending(path: "my photos"), withIntermediateDirectories: true)
      for name in ["labels.csv", "one *.png"] { try Data().write(to: data.appending(path: name)) }
      let cases: [([String], Set<String>)] = [
        (["swiftlet", "pre"], ["predict", "pretrain"]),
        (["swiftlet", "--v"], ["--version"]),
        (["swiftlet", "pretrain", "--met"], ["--method"]),
        (["swiftlet", "pretrain", "--device", ""], ["auto", "cpu", "cuda", "mps"]),
        (["swiftlet", "pretrain", "--device", "=", "c"], ["cpu", "cuda"]),
        (["swiftlet", "pretrain", "--stem", "="], ["imagenet", "cifar"]),
        (["swiftlet", "pretrain", "--epochs", ""], []),
        (["swiftlet", "pretrain", ""], ["labels.csv", "one *.png", "my photos"]),
        (["swiftlet", "pretrain", "--labels", ""], ["labels.csv", "my photos"]),
        (["swiftlet", "pretrain", "--output", ""], ["my photos"]),
        (["swiftlet", "evaluate", ""], ["my photos"]),
        (["swiftlet", "evaluate", "--seed", "3", ""], ["my photos"]),
        (["swiftlet", "evaluate", "my photos", "one"], ["one *.png"]),
        (["swiftlet", "pretrain", "--", "--met"], []),
        (["swiftlet", "doctor", ""], []),
        (["swiftlet", "nonsense", ""], []),
      ]
      let rows = try offered(for: cases.map(\.0), in: folder)
      try #require(rows.count == cases.count)
      for ((line, expected), found) in zip(cases, rows) { #expect(found == expected, "\(line)") }
    }
  }

  /// Where these shells are at hand, they can at least read their scripts.
  @Test(arguments: ["zsh", "fish"]) func otherShellsReadTheirs(shell: String) throws {
    let places = ["/bin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"].map { $0 + shell }
    guard let path = places.first(where: FileManager.default.isExecutableFile) else { return }
    try withTemporaryFolder { folder in
      let script = folder.appending(path: "script")
      try Data(SwiftletProgram.run("--generate-completion-script", shell).output.utf8).write(to: script)
      let process = try Process.run(URL(fileURLWithPath: path), arguments: ["-n", script.path])
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }
}
