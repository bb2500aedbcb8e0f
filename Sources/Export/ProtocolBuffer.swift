import Foundation

/// The fields of a message in the wire format of Protocol Buffers, in order.
///
/// https://protobuf.dev/programming-guides/encoding
struct ProtocolBuffer {
  enum Value {
    case integer(UInt64)
    case real(Float)
    case bytes(Data)
  }

  let fields: [(number: Int, value: Value)]

  /// Nil if the bytes are not such a message.
  init?(_ bytes: Data) {
    var rest = bytes[...]
    var fields: [(number: Int, value: Value)] = []
    while !rest.isEmpty {
      guard let key = Self.integer(&rest) else { return nil }
      let value: Value
      switch key & 7 {
      case 0:
        guard let number = Self.integer(&rest) else { return nil }
        value = .integer(number)
      case 2:
        guard let length = Self.integer(&rest), length <= UInt64(rest.count) else { return nil }
        value = .bytes(Data(rest.prefix(Int(length))))
        rest = rest.dropFirst(Int(length))
      case 5:
        guard rest.count >= 4 else { return nil }
        let bits = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        value = .real(Float(bitPattern: bits))
        rest = rest.dropFirst(4)
      default: return nil
      }
      fields.append((Int(key >> 3), value))
    }
    self.fields = fields
  }

  private static func integer(_ rest: inout Data) -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      result |= UInt64(byte & 127) << UInt64(shift)
      if byte < 128 { return result }
    }
    return nil
  }

  func messages(_ number: Int) -> [Data] {
    fields.compactMap { if $0.number == number, case .bytes(let data) = $0.value { data } else { nil } }
  }

  func text(_ number: Int) -> String { texts(number).last ?? "" }

  func texts(_ number: Int) -> [String] { messages(number).map { String(decoding: $0, as: UTF8.self) } }

  /// Integers of a repeated field, packed or not.
  func integers(_ number: Int) -> [Int] {
    fields.filter { $0.number == number }.flatMap { field -> [Int] in
      switch field.value {
      case .integer(let value): return [Int(truncatingIfNeeded: Int64(bitPattern: value))]
      case .bytes(var packed):
        var values: [Int] = []
        while let value = Self.integer(&packed) { values.append(Int(truncatingIfNeeded: Int64(bitPattern: value))) }
        return values
      case .real: return []
      }
    }
  }

  func real(_ number: Int) -> Double? {
    fields.lazy.compactMap { field -> Double? in
      guard field.number == number, case .real(let value) = field.value else { return nil }
      return Double(value)
    }.last
  }

  /// Encodes a field of bytes.
  static func encoded(_ number: Int, _ bytes: Data) -> Data {
    encoded(UInt64(number << 3 | 2)) + encoded(UInt64(bytes.count)) + bytes
  }

  private static func encoded(_ value: UInt64) -> Data {
    var (bytes, rest) = (Data(), value)
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    return bytes
  }
}
