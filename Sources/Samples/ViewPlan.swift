/// What a method wants of the data: how many views of a sample, and how they relate. A kind of data says which plans it
/// provides.
///
/// A plan is a name that methods and kinds agree on: who brings both may agree on another.
public struct ViewPlan: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  /// One view.
  public static let single: ViewPlan = "single"
  /// Two views, from one distribution or from two.
  public static let pair: ViewPlan = "pair"
  /// Two views and the class of the sample: int64, −1 where it is not known.
  public static let labelledPair: ViewPlan = "labelled pair"
  /// Two views of most of a sample, then some smaller ones of small parts of it (Caron et al. 2020). How many, and how
  /// large, is part of the recipe.
  public static let multiCrop: ViewPlan = "multi-crop"
  /// `tileCount` tiles of one view, a tensor [9, channels, side, side] a sample.
  public static let tiles: ViewPlan = "tiles"
  /// The sample as it is, then with some of it replaced.
  public static let cleanAndCorrupted: ViewPlan = "clean and corrupted"
  /// The sample with some of it replaced, what was replaced (1, else 0), and the sample as it is.
  public static let corruptedMaskAndClean: ViewPlan = "corrupted, mask and clean"

  /// Of a sample in `tiles`.
  public static let tileCount = 9
}
