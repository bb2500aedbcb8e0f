import Foundation
import Settings

/// Labels as people write them, read by one rule, whether they are in a CSV, in a column of a table or the names of folders.
///
/// White space around a label does not count. An empty label, `?`, `NA`, `N/A`, `#N/A`, `NaN` and `null`, in upper or lower
/// case, mean that the sample has no label, as in other cells of a table. `None` is a class, because it often is one: no
/// defect, no tumour. Labels that show the same characters in different Unicode forms are one class, written in the form NFC.
package struct LabelReading: Sendable, Equatable {
  /// The label of each sample; nil if it has none.
  package let labels: [String?]
  /// What a user should know about how they were read, a sentence each.
  package let notes: [String]

  /// - Parameters:
  ///   - written: one for each sample; nil if nothing is written about it.
  ///   - absent: what it means that nothing is written: "not in labels.csv".
  ///   - trimmedCount: how many labels had white space around them that is already gone.
  package init(_ written: [String?], absent: String, trimmedCount: Int = 0) {
    var counts: [ExactText: Int] = [:]
    for text in written { if let text { counts[ExactText(text), default: 0] += 1 } }
    let readings = Dictionary(uniqueKeysWithValues: counts.keys.map { ($0, Self.label($0.text)) })
    labels = written.map { text in text.flatMap { readings[ExactText($0)] ?? nil } }
    notes = [
      Self.missing(written, counts, absent: absent), Self.trimmed(counts, before: trimmedCount),
      Self.normalised(counts),
      Self.none(counts), Self.capitals(labels),
    ].compactMap(\.self)
  }

  /// One label; nil if it means that there is none.
  package static func label(_ written: String) -> String? {
    let text = TableCell.trimmed(written)
    return TableCell.isMissing(text) ? nil : text.precomposedStringWithCanonicalMapping
  }

  /// Whether two labels are read as the same one.
  package static func isSame(_ first: String?, _ second: String?) -> Bool {
    first == second || first.flatMap(label) == second.flatMap(label)
  }

  // MARK: Sentences

  private static func missing(_ written: [String?], _ counts: [ExactText: Int], absent: String) -> String? {
    var spelled: [String: Int] = [:]
    for (text, count) in counts where label(text.text) == nil {
      spelled[TableCell.trimmed(text.text), default: 0] += count
    }
    let absentCount = written.count { $0 == nil }
    let total = absentCount + spelled.values.reduce(0, +)
    guard total > 0 else { return nil }
    var reasons: [String] = []
    if let blank = spelled.removeValue(forKey: "") { reasons.append("\(blank) blank") }
    reasons += spelled.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.map { "\($0.value) '\($0.key)'" }
    if absentCount > 0 { reasons.append("\(absentCount) \(absent)") }
    let sentence =
      "\(total) of \(written.count) samples \(total == 1 ? "has" : "have") no label (\(listed(reasons, limit: 6)))"
    guard let example = spelled.keys.min() else { return sentence + "." }
    return sentence + "; if '\(example)' is a class, give it another name."
  }

  private static func trimmed(_ counts: [ExactText: Int], before: Int) -> String? {
    let changed = counts.filter { label($0.key.text) != nil && TableCell.trimmed($0.key.text) != $0.key.text }
    let count = before + changed.values.reduce(0, +)
    guard count > 0 else { return nil }
    return
      "\(count) \(count == 1 ? "label has" : "labels have") white space around \(count == 1 ? "it" : "them"), which "
      + "does not count."
  }

  private static func normalised(_ counts: [ExactText: Int]) -> String? {
    var forms: [ExactText: Set<ExactText>] = [:]
    for text in counts.keys {
      guard let label = label(text.text) else { continue }
      forms[ExactText(label), default: []].insert(ExactText(TableCell.trimmed(text.text)))
    }
    let merged = forms.filter { $0.value.count > 1 }.keys.map(\.text).sorted()
    guard !merged.isEmpty else { return nil }
    return "Written in more than one Unicode form, and one class each: \(quoted(merged))."
  }

  private static func none(_ counts: [ExactText: Int]) -> String? {
    var count = 0
    var spelling = ""
    for (text, number) in counts {
      guard let label = label(text.text), label.lowercased() == "none" else { continue }
      count += number
      spelling = max(spelling, label)
    }
    guard count > 0 else { return nil }
    return
      "'\(spelling)' counts as a class, of \(count) \(count == 1 ? "sample" : "samples"); if it means that there is no "
      + "label, leave \(count == 1 ? "its" : "their") labels empty."
  }

  private static func capitals(_ labels: [String?]) -> String? {
    let spellings = Dictionary(grouping: Set(labels.compactMap(\.self))) { $0.lowercased() }
    let pairs = spellings.values.filter { $0.count > 1 }.map { quoted($0.sorted(), " and ") }.sorted()
    return pairs.isEmpty ? nil : "Different classes, though only by capital letters: \(listed(pairs, limit: 3))."
  }

  private static func quoted(_ names: [String], _ separator: String = ", ") -> String {
    names.map { "'\($0)'" }.joined(separator: separator)
  }
}
