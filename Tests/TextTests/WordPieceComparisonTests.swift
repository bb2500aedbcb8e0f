import Foundation
import Samples
import TestSupport
import Testing

@testable import Text

/// Words and tokens beside those of Hugging Face's `tokenizers` (scripts/reference/wordpiece.py).
@Suite struct WordPieceComparisonTests {
  private static let isLong = ProcessInfo.processInfo.environment["SWIFTLET_LONG_TESTS"] != nil
  /// Where the script wrote what to compare with.
  static let folder = ProcessInfo.processInfo.environment["SWIFTLET_WORDPIECE"]

  private struct Golden: Decodable {
    /// The scalars on which both differ; the script says why.
    let differences: [UInt32]
    /// For each plane, a hash of the words of "a", the scalar and "b", a line each.
    let lowered: [String]
    let cased: [String]
  }

  private static func words(of scalar: Unicode.Scalar, lowersCase: Bool) -> String {
    let words = WordPieceNormaliser.words(of: ["a", scalar, "b"], lowersCase: lowersCase)
    return words.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
  }

  private static func digest(ofPlane plane: Int, without differences: Set<UInt32>, lowersCase: Bool) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for value in UInt32(plane) << 16..<UInt32(plane + 1) << 16 where !differences.contains(value) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for byte in words(of: scalar, lowersCase: lowersCase).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = (hash ^ 0x0A) &* 0x100_0000_01B3
    }
    let text = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// Planes 0 to 3 and 14 hold all characters; the others none, or private ones.
  @Test(arguments: Array(0..<17)) func everyScalarIsTreatedAsByHuggingFace(plane: Int) throws {
    guard Self.isLong || plane < 2 || plane == 14 else { return }
    let reference: Golden = try golden("wordpiece.json", in: .module)
    #expect(reference.lowered.count == 17 && reference.differences.count < 100)
    let differences = Set(reference.differences)
    #expect(Self.digest(ofPlane: plane, without: differences, lowersCase: true) == reference.lowered[plane])
    #expect(Self.digest(ofPlane: plane, without: differences, lowersCase: false) == reference.cased[plane])
  }

  /// The words are those that the tokens are made of: a scalar that is a letter keeps "a" and "b" together.
  @Test(.enabled(if: folder != nil), arguments: [true, false]) func scalarByScalar(lowersCase: Bool) throws {
    let name = "scalars-\(lowersCase ? "lowered" : "cased").txt"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(try #require(Self.folder))/\(name)"))
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    var differences: [String] = []
    var line = 0
    for value in UInt32(0)..<0x11_0000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let expected = String(decoding: lines[line], as: UTF8.self)
      let found = Self.words(of: scalar, lowersCase: lowersCase)
      if ExactText(found) != ExactText(expected) {
        let (theirs, own) = (Array(expected.unicodeScalars), Array(found.unicodeScalars))
        differences.append(
          "U+\(String(value, radix: 16, uppercase: true)) \(scalar.properties.generalCategory) "
            + "of Unicode \(scalar.properties.age.map { "\($0.major).\($0.minor)" } ?? "–"): theirs "
            + "\(theirs.map { String($0.value, radix: 16) }), Swiftlet's \(own.map { String($0.value, radix: 16) })")
      }
      line += 1
    }
    print("\(differences.count) of \(line) scalars differ (\(name))")
    for difference in differences.prefix(300) { print(difference) }
    let known: Golden = try golden("wordpiece.json", in: .module)
    #expect(differences.count <= known.differences.count)
  }

  private struct Texts: Decodable {
    let entries: [String]
    let texts: [String]
    let ids: [[Int32]]
  }

  @Test(.enabled(if: folder != nil)) func textByText() throws {
    let url = URL(fileURLWithPath: "\(try #require(Self.folder))/texts.json")
    let reference = try JSONDecoder().decode(Texts.self, from: Data(contentsOf: url))
    let tokenizer = try WordPieceTokenizer(.init(entries: reference.entries, lowersCase: true))
    var different = 0
    for (text, expected) in zip(reference.texts, reference.ids) {
      let found = tokenizer.tokens(of: text)
      if found != expected {
        different += 1
        if different <= 10 { print("\(text.debugDescription)\n  theirs \(expected)\n  own    \(found)") }
      }
    }
    print("\(different) of \(reference.texts.count) texts differ")
    #expect(different == 0 && reference.texts.count >= 9000)
  }
}
