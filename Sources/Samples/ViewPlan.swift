/// What a method needs from the data: how many views of a sample, and how they relate. A kind of data declares which
/// plans it supports.
///
/// A plan is a name that methods and kinds agree on. If you bring both, you can add plans of your own.
public struct ViewPlan: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  /// One view.
  public static let single: ViewPlan = "single"
  /// One view that is a square grid, [channels, side, side], which can be turned and cut into patches.
  public static let grid: ViewPlan = "grid"
  /// Two views, from one distribution or from two.
  public static let pair: ViewPlan = "pair"
  /// Two views and the class of the sample: int64, −1 if it is not known.
  public static let labelledPair: ViewPlan = "labelled pair"
  /// Two views of most of a sample, then smaller views of small parts of it (Caron et al. 2020). The recipe says how
  /// many and how large.
  public static let multiCrop: ViewPlan = "multi-crop"
  /// `tileCount` tiles of one view: a tensor [9, channels, side, side] per sample.
  public static let tiles: ViewPlan = "tiles"
  /// The original sample, then the sample with some values replaced.
  public static let cleanAndCorrupted: ViewPlan = "clean and corrupted"
  /// The sample with some values replaced, the mask (1 for replaced, else 0), and the original sample.
  public static let corruptedMaskAndClean: ViewPlan = "corrupted, mask and clean"

  /// The number of tiles in `tiles`.
  public static let tileCount = 9
}
