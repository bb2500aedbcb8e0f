#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The random numbers of one view of one sample.
///
/// Every random choice of a view is a pure function of (seed, epoch, sample, view): the generator is keyed by these
/// four numbers and shares no state. So views do not depend on the threads that make them, nor on the order in which
/// they are made.
///
/// SplitMix64 (Steele, Lea, Flood 2014) over a key mixed from the four numbers.
public struct ViewGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64, epoch: Int, sample: Int, view: Int) {
    var key = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    for part in [epoch, sample, view] {
      key = Self.mix(key ^ Self.mix(UInt64(bitPattern: Int64(part)) &+ 0x9E37_79B9_7F4A_7C15))
    }
    state = key
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// Uniform in [0, 1), 24 bits.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Uniform in `range`; the lower bound if the range is empty.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Uniform between -`reach` and `reach`.
  public mutating func uniform(around reach: Float) -> Float { (2 * uniform() - 1) * reach }

  /// Whether an event of this probability happens. Always takes one draw.
  public mutating func happens(_ probability: Float) -> Bool { uniform() < probability }

  /// Uniform in 0 ..< `count`; 0 if that is empty. One draw.
  public mutating func integer(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(count, 1))).high)
  }

  /// A positive number with a uniform logarithm: r and 1/r are equally likely in a range like 3/4 ... 4/3.
  public mutating func logUniform(in range: ClosedRange<Float>) -> Float {
    exp(log(range.lowerBound) + (log(range.upperBound) - log(range.lowerBound)) * uniform())
  }

  /// Normal with mean 0 and standard deviation 1 (Box and Muller 1958). Two draws.
  public mutating func normal() -> Float {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Sample numbers that no sample has. Their random numbers serve choices about a whole epoch or step.
package enum ReservedSample {
  /// The order of an epoch's samples.
  package static let permutation = -1
  /// Which samples of a step are mixed, and how much (fine-tuning).
  package static let mixing = -2
  /// The order of an epoch's batches, if they were sorted by length.
  package static let batchOrder = -3
}
