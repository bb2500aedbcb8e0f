import Foundation
import Settings

/// A value as JSON on one line, its keys in alphabetical order, without characters that act on a terminal.
struct JSONText {
  let text: String

  init(_ value: any Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    text = visibleJSON(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
