import Foundation

/// Tells the blobs of a `PackedStore` apart: 128 bits of a hash. Two of a million blobs have the same key with a
/// probability of 1e-27.
package struct PackedKey: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The key of what was made from a file: its path, size and modification time, and the rule that was followed.
  ///
  /// - Parameter rule: everything else that the result depends on, and the name of its kind of data.
  /// - Returns: nil if there is no such file.
  package init?(path: String, rule: [UInt8]) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    var text = Array(path.utf8)
    text.append(0)
    for number in [Int64(status.st_size), Int64(time.tv_sec), Int64(time.tv_nsec)] {
      withUnsafeBytes(of: number.littleEndian) { text += $0 }
    }
    self.init(hashing: text + rule)
  }

  package init(hashing bytes: [UInt8]) {
    var (high, low) = (UInt64(bytes.count), ~UInt64(bytes.count))
    var word: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      word |= UInt64(byte) << (8 * UInt64(index % 8))
      if index % 8 == 7 || index == bytes.count - 1 {
        high = Self.mix(high ^ word)
        low = Self.mix((low ^ word) &* 0x9E37_79B9_7F4A_7C15 &+ 0x632B_E59B_D9B4_E019)
        word = 0
      }
    }
    self.init(high: high, low: low)
  }

  /// SplitMix64's finaliser (Steele, Lea, Flood 2014).
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
