import ArgumentParsing
import Files
import Foundation
import Swiftlet

/// Prints one JSON object on standard output. What would act on a terminal is escaped in it.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  try writeToStandardOutput(visibleJSON(String(decoding: encoder.encode(value), as: UTF8.self)) + "\n")
}

/// The same, with what is known of the data under the key `data`.
func printJSON(_ value: some Encodable, about data: any SampleCollection) throws {
  try printJSON(WithData(value: value, data: DataSummary(data)))
}

func printJSON(_ value: some Encodable, about sets: [any SampleCollection]) throws {
  try printJSON(WithData(value: value, data: sets.map { DataSummary($0) }))
}

/// An outcome with one more key.
private struct WithData<Value: Encodable, Data: Encodable>: Encodable {
  let value: Value
  let data: Data

  private enum CodingKeys: String, CodingKey { case data }

  func encode(to encoder: any Swift.Encoder) throws {
    try value.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(data, forKey: .data)
  }
}

/// What a command found in the places that it was given.
struct DataSummary: Encodable {
  let kind: String
  let samples: Int
  /// How many samples each class has; nil without labels.
  let classes: [String: Int]?
  /// How many samples each part has: train, validation, test; nil if the data are not divided.
  let parts: [String: Int]?
  /// What cannot be read, by ending and reason.
  let skipped: [LeftOutFiles]
  /// What lies beside the samples, by ending and reason.
  let leftOut: [LeftOutFiles]
  /// What the data were taken for, a sentence each.
  let notes: [String]
  let warnings: [String]

  init(_ data: any SampleCollection) {
    kind = data.configuration.kind
    samples = data.names.count
    let labels = data.labels
    classes = labels.flatMap { labels -> [String: Int]? in
      guard !labels.classes.isEmpty else { return nil }
      return Dictionary(labels.classIndices.compactMap { $0.map { (labels.classes[$0], 1) } }, uniquingKeysWith: +)
    }
    parts = labels.flatMap { labels -> [String: Int]? in
      guard labels.hasSplits else { return nil }
      return Dictionary(labels.splits.compactMap { $0.map { ($0.rawValue, 1) } }, uniquingKeysWith: +)
    }
    skipped = LeftOutFiles.groups(of: data.skipped)
    leftOut = data.leftOut
    notes = data.allNotes
    warnings = data.warnings
  }
}

/// A terminal gets no character that acts on it; a file or another program gets names as they are.
///
/// - Throws: `RepresentationExportError` where the output is a full disk.
func printText(_ text: String) throws {
  try writeToStandardOutput(isatty(STDOUT_FILENO) == 1 ? visible(text) : text)
}

/// Names, one a line; on a terminal, each stays in its line.
func printNames(_ names: [String]) throws {
  let isTerminal = isatty(STDOUT_FILENO) == 1
  try writeToStandardOutput(names.map { (isTerminal ? visibleLine($0) : $0) + "\n" }.joined())
}

/// Tables with sentences around them, which are broken between words to fit a terminal.
///
/// - Parameter further: what a user asked to see below, if anything.
func printTables(_ text: String, _ further: String? = nil) throws {
  let text = [text, further].compactMap(\.self).joined(separator: "\n\n")
  try printText("\n" + (isatty(STDOUT_FILENO) == 1 ? Prose.fittedAroundTables(text, to: terminalWidth()) : text) + "\n")
}

private func writeToStandardOutput(_ text: String) throws {
  do throws(FileFailure) {
    try writeToStream(text, STDOUT_FILENO)
  } catch {
    throw RepresentationExportError(path: "the result to standard output", reason: error.reason)
  }
}
