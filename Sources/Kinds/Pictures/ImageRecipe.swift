/// How one view of a picture is drawn: every range and probability. An operation that is nil or 0 is left out.
///
/// The operations run in the order of the properties, as torchvision defines them (see `ViewCanvas`), on float values
/// in 0...1; the four parts of the jitter run in random order. The result is normalised last.
public struct ImageRecipe: Codable, Sendable, Equatable {
  /// A random box, resized to the view. Without it, the shorter side is resized and the central square kept.
  public struct Crop: Codable, Sendable, Equatable {
    /// Share of the picture's area, in 0...1.
    public var scale: ClosedRange<Float>
    /// Width / height.
    public var ratio: ClosedRange<Float>

    public init(scale: ClosedRange<Float>, ratio: ClosedRange<Float> = 3 / 4...4 / 3) {
      self.scale = scale
      self.ratio = ratio
    }
  }

  /// A random rotation, shift, scaling and shear; pixels from outside the picture become `fill`.
  public struct Affine: Codable, Sendable, Equatable {
    /// The angle is drawn from -degrees...degrees.
    public var degrees: Float
    /// The shift along each side is drawn from -translation...translation of that side, in whole pixels.
    public var translation: Float
    public var scale: ClosedRange<Float>
    /// The shear along x is drawn from -shear...shear, in degrees.
    public var shear: Float
    public var fill: Float

    public init(
      degrees: Float = 0, translation: Float = 0, scale: ClosedRange<Float> = 1...1, shear: Float = 0, fill: Float = 0
    ) {
      self.degrees = degrees
      self.translation = translation
      self.scale = scale
      self.shear = shear
      self.fill = fill
    }
  }

  /// A random perspective, as in torchvision's RandomPerspective: each corner moves inwards by up to half the side
  /// times `distortion`, in whole pixels; pixels from outside the picture become `fill`.
  public struct Perspective: Codable, Sendable, Equatable {
    public var probability: Float
    /// 0 for none, at most 1.
    public var distortion: Float
    public var fill: Float

    public init(probability: Float, distortion: Float, fill: Float = 0) {
      self.probability = probability
      self.distortion = distortion
      self.fill = fill
    }
  }

  /// Darker and lighter exposures: values to the power of gamma, whose logarithm is uniform.
  public struct Gamma: Codable, Sendable, Equatable {
    public var probability: Float
    public var range: ClosedRange<Float>

    public init(probability: Float, range: ClosedRange<Float>) {
      self.probability = probability
      self.range = range
    }
  }

  /// Factors are drawn from 1 - x ... 1 + x (not below 0), the shift of the hue from -hue...hue of the circle.
  public struct ColourJitter: Codable, Sendable, Equatable {
    public var probability: Float
    public var brightness: Float
    public var contrast: Float
    public var saturation: Float
    /// At most 0.5.
    public var hue: Float

    public init(probability: Float, brightness: Float, contrast: Float = 0, saturation: Float = 0, hue: Float = 0) {
      self.probability = probability
      self.brightness = brightness
      self.contrast = contrast
      self.saturation = saturation
      self.hue = hue
    }

    /// SimCLR's jitter: 0.8 s, 0.8 s, 0.8 s, 0.2 s with probability 0.8 (Chen et al. 2020, appendix A).
    public static func strength(_ s: Float) -> ColourJitter {
      ColourJitter(probability: 0.8, brightness: 0.8 * s, contrast: 0.8 * s, saturation: 0.8 * s, hue: 0.2 * s)
    }
  }

  public struct Blur: Codable, Sendable, Equatable {
    public var probability: Float
    /// Width of the kernel as a share of the view's side, made odd and at least 3 pixels.
    public var kernel: Float
    /// In pixels.
    public var sigma: ClosedRange<Float>

    public init(probability: Float, kernel: Float = 0.1, sigma: ClosedRange<Float> = 0.1...2) {
      self.probability = probability
      self.kernel = kernel
      self.sigma = sigma
    }
  }

  public struct Solarize: Codable, Sendable, Equatable {
    public var probability: Float
    public var threshold: Float

    public init(probability: Float, threshold: Float = 0.5) {
      self.probability = probability
      self.threshold = threshold
    }
  }

  /// Normal noise, not clipped at black and white.
  public struct Noise: Codable, Sendable, Equatable {
    public var probability: Float
    /// Standard deviation, where black is 0 and white 1.
    public var sigma: ClosedRange<Float>

    public init(probability: Float, sigma: ClosedRange<Float>) {
      self.probability = probability
      self.sigma = sigma
    }
  }

  /// Random erasing (Zhong et al. 2020) before normalisation.
  public struct Erasing: Codable, Sendable, Equatable {
    public var probability: Float
    /// Share of the view's area.
    public var scale: ClosedRange<Float>
    /// Height / width.
    public var ratio: ClosedRange<Float>
    /// The value of the box, 0...1.
    public var value: Float

    public init(
      probability: Float, scale: ClosedRange<Float> = 0.02...0.33, ratio: ClosedRange<Float> = 0.3...3.3,
      value: Float = 0
    ) {
      self.probability = probability
      self.scale = scale
      self.ratio = ratio
      self.value = value
    }
  }

  public var crop: Crop?
  public var filter: ResizeFilter
  /// Probability.
  public var horizontalFlip: Float
  /// Probability.
  public var verticalFlip: Float
  public var affine: Affine?
  public var perspective: Perspective?
  public var gamma: Gamma?
  public var colourJitter: ColourJitter?
  /// Probability.
  public var greyscale: Float
  public var blur: Blur?
  public var solarize: Solarize?
  public var noise: Noise?
  public var erasing: Erasing?
  public var normalisation: Normalisation

  public init(
    crop: Crop? = nil, filter: ResizeFilter = .bilinear, horizontalFlip: Float = 0, verticalFlip: Float = 0,
    affine: Affine? = nil, perspective: Perspective? = nil, gamma: Gamma? = nil, colourJitter: ColourJitter? = nil,
    greyscale: Float = 0, blur: Blur? = nil, solarize: Solarize? = nil, noise: Noise? = nil, erasing: Erasing? = nil,
    normalisation: Normalisation = .imageNet
  ) {
    self.crop = crop
    self.filter = filter
    self.horizontalFlip = horizontalFlip
    self.verticalFlip = verticalFlip
    self.affine = affine
    self.perspective = perspective
    self.gamma = gamma
    self.colourJitter = colourJitter
    self.greyscale = greyscale
    self.blur = blur
    self.solarize = solarize
    self.noise = noise
    self.erasing = erasing
    self.normalisation = normalisation
  }
}
