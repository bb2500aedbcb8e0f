import Foundation

/// What tells decoded pictures apart: the file by path, size and modification time, and the rule that it was decoded by.
///
/// 128 bits of a hash: among a million pictures two are confused with a probability of 1e-27.
struct PackedKey: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Nil where there is no such file.
  ///
  /// - Parameter rule: as `fingerprint(of:)` gives it.
  init?(path: String, rule: [UInt8]) {
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

  /// Everything about a decode that its pixels depend on. The number is raised when decoders change what they give.
  static func fingerprint(of rule: CanonicalDecode) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Numbers alone, which always can be encoded but for those that are not finite.
    let text = (try? encoder.encode(rule)) ?? Data("\(rule)".utf8)
    return Array("swiftlet pictures 1 ".utf8) + text
  }

  init(hashing bytes: [UInt8]) {
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

/// Where a picture stands in its segment, and what it is: 64 bytes in the segment's index, with a checksum of their own.
struct PackedRecord: Sendable, Equatable {
  static let byteCount = 64
  private static let magic: UInt64 = 0x3154_454C_5446_4957  // "WIFTLET1"

  let key: PackedKey
  let offset: Int
  let width: Int
  let height: Int
  let channels: Int
  /// Bytes a sample: 1, 2, or 4 for floating-point numbers.
  let sampleBytes: Int
  /// Of the samples.
  let checksum: UInt64

  var pixelBytes: Int { width * height * channels * sampleBytes }

  init(key: PackedKey, of picture: Picture, at offset: Int, checksum: UInt64) {
    self.key = key
    self.offset = offset
    width = picture.width
    height = picture.height
    channels = picture.channels
    sampleBytes = picture.samples.byteCount / max(1, picture.samples.count)
    self.checksum = checksum
  }

  /// Nil for bytes that are no record, or a damaged one.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    let words = (0..<8).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
    guard words[0] == Self.magic, words[7] == packedChecksum(UnsafeRawBufferPointer(rebasing: bytes[..<56])) else {
      return nil
    }
    key = PackedKey(high: words[1], low: words[2])
    offset = Int(clamping: words[3])
    width = Int(words[4] & 0xFFFF_FFFF)
    height = Int(words[4] >> 32)
    channels = Int(words[5] & 0xFFFF_FFFF)
    sampleBytes = Int(words[5] >> 32)
    checksum = words[6]
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows, pixels > 0, (1...Picture.maxChannels).contains(channels), [1, 2, 4].contains(sampleBytes),
      pixels < Int.max >> 8, offset < Int.max >> 1
    else { return nil }
  }

  var bytes: [UInt8] {
    var words = [
      Self.magic, key.high, key.low, UInt64(offset), UInt64(width) | UInt64(height) << 32,
      UInt64(channels) | UInt64(sampleBytes) << 32, checksum,
    ].map(\.littleEndian)
    words.append(words.withUnsafeBytes { packedChecksum($0) }.littleEndian)
    return words.withUnsafeBytes { Array($0) }
  }
}

/// A checksum that reads at the speed of memory: four lanes of 64 bits, each multiplied by an odd number after every
/// word, which no change of a single word survives. It finds accidents and is no defence against an adversary.
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
    // Products carry upwards alone: the high bits, which know of every bit, come down for the next.
    lanes ^= lanes &>> 29
  }
  var sum = UInt64(bytes.count)
  for lane in 0..<4 { sum = (sum ^ lanes[lane]) &* odd ^ (sum >> 31) }
  for byte in bytes[(32 * blocks)...] { sum = (sum ^ UInt64(byte)) &* odd }
  return sum ^ (sum >> 32)
}
