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

/// Where the reader has gone, as `head` does once it has what it wanted, the rest is not written.
private func writeToStandardOutput(_ text: String) throws {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      if errno == EPIPE { return }
      throw RepresentationExportError(
        path: "the result to standard output", reason: String(cString: strerror(errno)))
    }
    rest = rest.dropFirst(count)
  }
}
