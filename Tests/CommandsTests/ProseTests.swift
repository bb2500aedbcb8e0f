import Foundation
import Testing

@testable import SwiftletCommands

@Suite struct ProseTests {
  private static let sentence =
    "Careful:   a batch of 16 leaves each view only 30 others to be distinguished from; contrastive learning needs many."

  @Test(arguments: [40, 80, 120]) func sentencesFitTheTerminal(_ columns: Int) {
    let text = Prose.fitted(Self.sentence, to: columns)
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < columns })
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(String(repeating: " ", count: 11)) })
    #expect(text.split(whereSeparator: \.isWhitespace) == Self.sentence.split(whereSeparator: \.isWhitespace))
  }

  @Test func continuedLinesStandBelowTheirBeginning() {
    #expect(Prose.fitted("One sentence of a few words", to: 21) == "One sentence of a\nfew words")
    #expect(Prose.fitted("    deep and long words here", to: 22) == "    deep and long\n      words here")
    #expect(Prose.fitted("short", to: 40) == "short")
    #expect(Prose.fitted("", to: 40) == "" && Prose.fitted("a\n\nb", to: 40) == "a\n\nb")
    // A word that is too long is not broken, nor is anything on a terminal that is too narrow for sentences.
    let path = String(repeating: "x", count: 60)
    #expect(Prose.fitted(path, to: 40) == path && Prose.fitted("Data       " + path, to: 40) == "Data       " + path)
    #expect(Prose.fitted(Self.sentence, to: 10) == Self.sentence)
  }

  @Test func commandsAndTablesAreNotBroken() {
    let command = Prose.commandIndent + "swiftlet evaluate runs/a-long-name DATA --labels FILE"
    #expect(Prose.fitted("Evaluate it:\n" + command, to: 30).hasSuffix("\n" + command))
    let table = "labels  representation  judge  accuracy\n------  --------------\n240     this run        kNN    90.0"
    let sentence = "Ranges: the 95 % interval over the test samples."
    let fitted = Prose.fittedAroundTables(table + "\n\n" + sentence, to: 30)
    #expect(fitted.hasPrefix(table + "\n\n") && fitted.hasSuffix("Ranges: the 95 % interval\nover the test samples."))
  }
}
