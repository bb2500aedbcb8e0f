import Files
import Foundation
import Swiftlet

/// Prints one JSON object on standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  try printText(String(decoding: encoder.encode(value), as: UTF8.self) + "\n")
}

/// - Throws: `RepresentationExportError` where the output is a full disk.
func printText(_ text: String) throws {
  do throws(FileFailure) {
    try writeToStream(text, STDOUT_FILENO)
  } catch {
    throw RepresentationExportError(path: "the result to standard output", reason: error.reason)
  }
}
