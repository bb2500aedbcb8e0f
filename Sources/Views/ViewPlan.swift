/// What a method needs from the data: how many views of a sample, and how they relate. A kind of data declares which
/// plans it supports.
public enum ViewPlan: String, Codable, Sendable {
  /// One view.
  case single
  /// Nine tiles of one view: a tensor [9, channels, side, side] per sample.
  case tiles
  /// Two views, from one distribution or from two.
  case pair
  /// Two views and the class of the sample: int64, −1 if it is not known.
  case labelledPair = "labelled pair"
  /// Two views of most of a sample, then smaller views of small parts of it (Caron et al. 2020). The recipe says how
  /// many and how large.
  case multiCrop = "multi-crop"
  /// The original sample, then the sample with some values replaced.
  case cleanAndCorrupted = "clean and corrupted"
  /// The sample with some values replaced, the mask (1 for replaced, else 0), and the original sample.
  case corruptedMaskAndClean = "corrupted, mask and clean"

  /// The number of tiles in `tiles`.
  public static let tileCount = 9
}
