import Files
import Foundation
import Swiftlet

/// Prints one JSON object on standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  try writeToStandardOutput(String(decoding: encoder.encode(value), as: UTF8.self) + "\n")
}

/// A terminal gets no character that acts on it; a file or another program gets names as they are.
///
/// - Throws: `RepresentationExportError` where the output is a full disk.
func printText(_ text: String) throws {
  try writeToStandardOutput(isatty(STDOUT_FILENO) == 1 ? visible(text) : text)
}

private func writeToStandardOutput(_ text: String) throws {
  do throws(FileFailure) {
    try writeToStream(text, STDOUT_FILENO)
  } catch {
    throw RepresentationExportError(path: "the result to standard output", reason: error.reason)
  }
}
