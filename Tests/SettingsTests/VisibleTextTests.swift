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
}
