import Samples

/// How many pictures show something on a ground of a single colour, as digits, scans and drawings do.
struct PlainBorders: Sendable, Equatable {
  /// How many pictures are examined, spread evenly over the folder.
  static let sampleLimit = 64
  /// Fewer say nothing.
  static let fewest = 16
  /// More than this part of the pictures has to be so. Measured: digits .88, stamps .10, solar cells and clothes .00.
  static let limit = 0.75
  /// How far values of the border may lie apart; black is 0 and white 1.
  static let tolerance: Float = 0.1

  /// The part of the pictures; nil where too few can be read.
  let share: Double?

  init(of folder: ImageFolder, decode rule: CanonicalDecode) {
    var rule = rule
    rule.shortSide = 2 * SmallPicture.side
    var (count, plain) = (0, 0)
    for picture in folder.pictures(of: Array(0..<folder.count).evenlySpread(Self.sampleLimit), decode: rule) {
      count += 1
      if SmallPicture(picture, channels: folder.contents.channels).hasPlainBorder { plain += 1 }
    }
    share = count < Self.fewest ? nil : Double(plain) / Double(count)
  }
}

extension SmallPicture {
  /// Whether the outermost pixels have nearly the same value in each channel.
  var hasPlainBorder: Bool {
    let last = Self.side - 1
    return (0..<channels).allSatisfy { channel in
      let values = (0...last).flatMap { place in
        [(place, 0), (place, last), (0, place), (last, place)].map { self[$0.0, $0.1, channel] }
      }
      return (values.max() ?? 0) - (values.min() ?? 0) <= PlainBorders.tolerance
    }
  }
}
