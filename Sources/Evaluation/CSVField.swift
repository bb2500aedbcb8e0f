import Foundation

/// A field of a CSV, quoted where RFC 4180 wants it.
package func csvField(_ text: String) -> String {
  let needsQuotes = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
  return needsQuotes ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
}
