import Foundation

/// Writes WAV files by their specification alone, so that they owe nothing to the decoder under test.
struct WaveFile {
  enum Encoding {
    case unsigned8, signed16, signed24, float32

    var bytes: Int {
      switch self {
      case .unsigned8: 1
      case .signed16: 2
      case .signed24: 3
      case .float32: 4
      }
    }
  }

  /// The channels of each frame follow each other.
  var samples: [Float]
  var rate = 16_000
  var channels = 1
  var encoding = Encoding.signed16
  /// What the header says of the bytes of the samples; nil for the truth.
  var claimed: UInt32?

  var bytes: [UInt8] {
    let data = samples.flatMap(encoded)
    let size = claimed ?? UInt32(data.count)
    let frame = channels * encoding.bytes
    var header = Array("RIFF".utf8) + number(claimed.map { $0 &+ 36 } ?? UInt32(36 + data.count), 4)
    header += Array("WAVEfmt ".utf8) + number(16, 4) + number(encoding == .float32 ? 3 : 1, 2)
    header += number(UInt32(channels), 2) + number(UInt32(rate), 4) + number(UInt32(rate * frame), 4)
    header += number(UInt32(frame), 2) + number(UInt32(8 * encoding.bytes), 2)
    return header + Array("data".utf8) + number(size, 4) + data
  }

  private func number(_ value: UInt32, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }

  private func encoded(_ value: Float) -> [UInt8] {
    switch encoding {
    case .unsigned8: [UInt8(min(max(value * 128 + 128, 0), 255))]
    case .signed16: number(UInt32(bitPattern: Int32(min(max(value * 32_768, -32_768), 32_767))), 2)
    case .signed24: number(UInt32(bitPattern: Int32(min(max(value * 8_388_608, -8_388_608), 8_388_607))), 3)
    case .float32: number(value.bitPattern, 4)
    }
  }

  /// A tone.
  static func tone(_ frequency: Double, seconds: Double, rate: Int = 16_000, loudness: Float = 0.5) -> [Float] {
    (0..<Int(seconds * Double(rate))).map { loudness * Float(sin(2 * .pi * frequency * Double($0) / Double(rate))) }
  }
}
