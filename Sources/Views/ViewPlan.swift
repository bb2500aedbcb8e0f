/// What a method wants of the data: how many views of a sample, and how they relate. A kind of data says which plans it
/// provides.
public enum ViewPlan: String, Codable, Sendable {
  /// One view.
  case single
  /// Nine tiles of one view, a tensor [9, channels, side, side] a sample.
  case tiles
  /// Two views, from one distribution or from two.
  case pair
  /// Two views and the class of the sample: int64, −1 where it is not known.
  case labelledPair = "labelled pair"
  /// Two views of most of a sample, then some smaller ones of small parts of it (Caron et al. 2020). How many, and how
  /// large, is part of the recipe.
  case multiCrop = "multi-crop"
  /// The sample as it is, then with some of it replaced.
  case cleanAndCorrupted = "clean and corrupted"
  /// The sample with some of it replaced, what was replaced (1, else 0), and the sample as it is.
  case corruptedMaskAndClean = "corrupted, mask and clean"

  /// Of a picture in `tiles`.
  public static let tileCount = 9
}
