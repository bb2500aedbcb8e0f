/// How many pictures show something on a ground of a single colour, as digits, scans and drawings do.
enum PlainBorders {
  /// Fewer say nothing.
  static let fewest = 16
  /// More than this part of the pictures has to be so. Measured: digits .88, stamps .10, solar cells and clothes .00.
  static let limit = 0.75
  /// How far values of the border may lie apart; black is 0 and white 1.
  static let tolerance: Float = 0.1

  /// The part of the pictures; nil where there are too few.
  static func share(of pictures: [SmallPicture]) -> Double? {
    guard pictures.count >= fewest else { return nil }
    return Double(pictures.count(where: \.hasPlainBorder)) / Double(pictures.count)
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
