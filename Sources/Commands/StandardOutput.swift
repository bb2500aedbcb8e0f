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
  do {
    try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  } catch {
    throw RepresentationExportError(path: "the result to standard output", reason: systemReason(of: error))
  }
}
