extension ImageRecipe {
  /// SimCLR on ImageNet (Chen et al. 2020, appendix A; `data_util.py` of google-research/simclr): crop 0.08-1, jitter
  /// of strength 1, blur with a kernel of a tenth of the side.
  public static let simclr = ImageRecipe(
    crop: Crop(scale: 0.08...1), horizontalFlip: 0.5, colourJitter: .strength(1), greyscale: 0.2,
    blur: Blur(probability: 0.5))

  /// SimCLR on CIFAR-10 (Chen et al. 2020, appendix B.9): half the jitter, no blur.
  public static let simclrCIFAR = ImageRecipe(
    crop: Crop(scale: 0.08...1), horizontalFlip: 0.5, colourJitter: .strength(0.5), greyscale: 0.2)

  /// For minutes of training on a few thousand photographs. Ours, from measurements on the solar cells at 64 px, where
  /// the full SimCLR recipe stays near chance for its first epochs and this milder one learns: crops of at least a
  /// quarter of the area, half the jitter, flips both ways, no blur.
  public static let small = ImageRecipe(
    crop: Crop(scale: 0.25...1), horizontalFlip: 0.5, verticalFlip: 0.5, colourJitter: .strength(0.5), greyscale: 0.2)

  /// For digits, scans and drawings, whose class lives in their shape. Ours, from measurements on the digits at 32 px,
  /// where crops and jitter fall behind raw pixels and this passes them: turns of 20 degrees, scale 0.7-1.25, shear of
  /// 10 degrees, shift of a fifth, brightness, slight noise, a square of 9/32 of the side erased, no flips.
  public static let shapes = ImageRecipe(
    affine: Affine(degrees: 20, translation: 0.2, scale: 0.7...1.25, shear: 10),
    colourJitter: ColourJitter(probability: 1, brightness: 0.4),
    noise: Noise(probability: 1, sigma: 0.05...0.05),
    erasing: Erasing(probability: 1, scale: 81 / 1024...81 / 1024, ratio: 1...1))

  /// Nothing random, for evaluation: the shorter side resized, the central square kept.
  public static let centre = ImageRecipe()
}

extension ImageRecipe {
  /// The recipes that can be asked for by name.
  public enum Name: String, Codable, Sendable, CaseIterable {
    case simclr
    case simclrCIFAR = "simclr-cifar"
    case small
    case shapes

    public var recipe: ImageRecipe {
      switch self {
      case .simclr: .simclr
      case .simclrCIFAR: .simclrCIFAR
      case .small: .small
      case .shapes: .shapes
      }
    }
  }
}
