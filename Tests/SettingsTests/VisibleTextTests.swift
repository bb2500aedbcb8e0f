import Foundation
import Testing

@testable import Settings

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("photo 1.png", "photo 1.png"), ("Füße/日本語/🐦.png", "Füße/日本語/🐦.png"), ("two\nlines\tapart", "two\nlines\tapart"),
    ("\u{1B}[2J", "\\u{1B}[2J"), ("a\u{202E}gpj.exe", "a\\u{202E}gpj.exe"),
    ("\u{0}\r\u{7F}\u{9B}", "\\u{0}\\u{D}\\u{7F}\\u{9B}"),
    // Joiners are part of how a word or a sign is written.
    ("👩‍🔬 می‌خواهم", "👩‍🔬 می‌خواهم"),
  ]) func whatActsIsShown(_ text: String, _ shown: String) {
    #expect(Array(visible(text).utf8) == Array(shown.utf8))
  }

  @Test func aNameStaysInItsLine() {
    #expect(visibleLine("a\nerror: b\t\u{1B}c") == "a\\u{A}error: b\\u{9}\\u{1B}c")
    #expect(visibleLine("Füße/日本語 🐦.png") == "Füße/日本語 🐦.png")
    let sentence: Explanation = "\("a\nb") does not fit:\(lines: ["  x\ny", "  z"])\(setting: "width") would"
    #expect(sentence.description == "a\nb does not fit:\n  x\ny\n  z\nwidth would")
    #expect(sentence.visibleSentence(in: .neutral) == "a\\u{A}b does not fit:\n  x\\u{A}y\n  z\nwidth would")
  }

  /// The same text is read, and nothing of it acts on a terminal.
  @Test func escapedJSONReadsTheSame() throws {
    let names = ["a\u{202E}gpj", "\u{7F}\u{9B}2J", "\u{2028}", "plain é 日本", "\u{1B}[2J\n"]
    let json = visibleJSON(String(decoding: try JSONEncoder().encode(names), as: UTF8.self))
    #expect(json == visible(json) && json.contains("a\\u202egpj"))
    #expect(try JSONDecoder().decode([String].self, from: Data(json.utf8)) == names)
  }
}
