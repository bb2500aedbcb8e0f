/// A short sound by which a person recognises a sample: one channel of 8 bits.
public struct PreviewSound: Sendable, Equatable {
  /// Samples a second.
  public let rate: Int
  /// From 0 to 255, 128 for silence.
  public let samples: [UInt8]

  /// Nil unless there are samples, at most 10 million, and `rate` is from 1,000 to 192,000.
  public init?(rate: Int, samples: [UInt8]) {
    guard (1000...192_000).contains(rate), (1...10_000_000).contains(samples.count) else { return nil }
    self.rate = rate
    self.samples = samples
  }

  /// A WAV file.
  package var wave: [UInt8] {
    func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 255) } }
    // Chunks have an even length.
    let padding = samples.count % 2
    return Array("RIFF".utf8) + number(36 + samples.count + padding, 4) + Array("WAVEfmt ".utf8) + number(16, 4)
      + number(1, 2) + number(1, 2) + number(rate, 4) + number(rate, 4) + number(1, 2) + number(8, 2)
      + Array("data".utf8) + number(samples.count, 4) + samples + Array(repeating: 128, count: padding)
  }
}
