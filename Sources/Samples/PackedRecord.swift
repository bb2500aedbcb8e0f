/// Where a blob is in its segment: 64 bytes in the segment's index, with a checksum of their own.
struct PackedRecord: Sendable, Equatable {
  static let byteCount = 64
  /// Says what the bytes are, and of which version.
  private static let magic: UInt64 = 0x3254_454C_5446_4957  // "WIFTLET2"

  let key: PackedKey
  let offset: Int
  /// Of the blob.
  let byteCount: Int
  let form: UInt64
  /// Of the blob.
  let checksum: UInt64

  init(key: PackedKey, offset: Int, byteCount: Int, form: UInt64, checksum: UInt64) {
    self.key = key
    self.offset = offset
    self.byteCount = byteCount
    self.form = form
    self.checksum = checksum
  }

  /// Nil for bytes that are not a record, or a damaged one.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    let words = (0..<8).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
    guard words[0] == Self.magic, words[7] == packedChecksum(UnsafeRawBufferPointer(rebasing: bytes[..<56])) else {
      return nil
    }
    self.init(
      key: PackedKey(high: words[1], low: words[2]), offset: Int(clamping: words[3]),
      byteCount: Int(clamping: words[4]), form: words[5], checksum: words[6])
    // Their sum is a number too.
    guard byteCount > 0, byteCount < Int.max >> 1, offset < Int.max >> 1 else { return nil }
  }

  var bytes: [UInt8] {
    var words = [
      Self.magic, key.high, key.low, UInt64(offset), UInt64(byteCount), form, checksum,
    ].map(\.littleEndian)
    words.append(words.withUnsafeBytes { packedChecksum($0) }.littleEndian)
    return words.withUnsafeBytes { Array($0) }
  }
}

/// A checksum that runs at the speed of memory: four lanes of 64 bits, each multiplied by an odd number after every
/// word, so that every change of a single word changes the sum. It finds accidents and is no defence against an
/// attacker.
func packedChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  let odd: UInt64 = 0x9E37_79B9_7F4A_7C15
  var lanes = SIMD4<UInt64>(1, 2, 3, 4)
  let blocks = bytes.count / 32
  for block in 0..<blocks {
    var words = SIMD4<UInt64>()
    for lane in 0..<4 {
      words[lane] = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 32 * block + 8 * lane, as: UInt64.self))
    }
    lanes = (lanes ^ words) &* SIMD4(repeating: odd)
    // A product carries only upwards. The high bits depend on every bit, so they are mixed into the low ones.
    lanes ^= lanes &>> 29
  }
  var sum = UInt64(bytes.count)
  for lane in 0..<4 { sum = (sum ^ lanes[lane]) &* odd ^ (sum >> 31) }
  for byte in bytes[(32 * blocks)...] { sum = (sum ^ UInt64(byte)) &* odd }
  return sum ^ (sum >> 32)
}
