import Foundation

/// A value as JSON on one line, its keys in alphabetical order.
struct JSONText {
  let text: String

  init(_ value: any Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    text = String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
