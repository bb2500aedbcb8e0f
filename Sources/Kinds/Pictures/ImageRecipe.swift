/// How one view of a picture is drawn: every range and probability. An operation that is nil or 0 is left out.
///
/// The operations run in the order of the properties, as torchvision defines them (see `ViewCanvas`), on float values
/// in 0...1; the four parts of the jitter run in random order. The result is normalised last.
public struct ImageRecipe: Codable, Sendable, Equatable {
  /// A random box, resized to the view. Without it, the shorter side is resized and the central square kept.
  package struct Crop: Codable, Sendable, Equatable {
    /// Share of the picture's area, in 0...1.
    package var scale: ClosedRange<Float>
    /// Width / height.
    package var ratio: ClosedRange<Float>

    package init(scale: ClosedRange<Float>, ratio: ClosedRange<Float> = 3 / 4...4 / 3) {
      self.scale = scale
      self.ratio = ratio
    }
  }

  /// A random rotation, shift, scaling and shear; pixels from outside the picture become `fill`.
  package struct Affine: Codable, Sendable, Equatable {
    /// The angle is drawn from -degrees...degrees.
    package var degrees: Float
    /// The shift along each side is drawn from -translation...translation of that side, in whole pixels.
    package var translation: Float
    package var scale: ClosedRange<Float>
    /// The shear along x is drawn from -shear...shear, in degrees.
    package var shear: Float
    package var fill: Float

    package init(
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
  package struct Perspective: Codable, Sendable, Equatable {
    package var probability: Float
    /// 0 for none, at most 1.
    package var distortion: Float
    package var fill: Float

    package init(probability: Float, distortion: Float, fill: Float = 0) {
      self.probability = probability
      self.distortion = distortion
      self.fill = fill
    }
  }

  /// The values between two become black to white, as radiologists look at a CT: the width of the window has a uniform
  /// logarithm, and its centre lies anywhere where the window is within the range of the values.
  package struct Window: Codable, Sendable, Equatable {
    package var probability: Float
    /// As parts of the range of the values, 0 to 1.
    package var width: ClosedRange<Float>

    package init(probability: Float, width: ClosedRange<Float>) {
      self.probability = probability
      self.width = width
    }
  }

  /// Darker and lighter exposures: values to the power of gamma, whose logarithm is uniform.
  package struct Gamma: Codable, Sendable, Equatable {
    package var probability: Float
    package var range: ClosedRange<Float>

    package init(probability: Float, range: ClosedRange<Float>) {
      self.probability = probability
      self.range = range
    }
  }

  /// Factors are drawn from 1 - x ... 1 + x (not below 0), the shift of the hue from -hue...hue of the circle.
  package struct ColourJitter: Codable, Sendable, Equatable {
    package var probability: Float
    package var brightness: Float
    package var contrast: Float
    package var saturation: Float
    /// At most 0.5.
    package var hue: Float

    package init(probability: Float, brightness: Float, contrast: Float = 0, saturation: Float = 0, hue: Float = 0) {
      self.probability = probability
      self.brightness = brightness
      self.contrast = contrast
      self.saturation = saturation
      self.hue = hue
    }

    /// SimCLR's jitter: 0.8 s, 0.8 s, 0.8 s, 0.2 s with probability 0.8 (Chen et al. 2020, appendix A).
    package static func strength(_ s: Float) -> ColourJitter {
      ColourJitter(probability: 0.8, brightness: 0.8 * s, contrast: 0.8 * s, saturation: 0.8 * s, hue: 0.2 * s)
    }
  }

  package struct Blur: Codable, Sendable, Equatable {
    package var probability: Float
    /// Width of the kernel as a share of the view's side, made odd and at least 3 pixels.
    package var kernel: Float
    /// In pixels.
    package var sigma: ClosedRange<Float>

    package init(probability: Float, kernel: Float = 0.1, sigma: ClosedRange<Float> = 0.1...2) {
      self.probability = probability
      self.kernel = kernel
      self.sigma = sigma
    }
  }

  package struct Solarize: Codable, Sendable, Equatable {
    package var probability: Float
    package var threshold: Float

    package init(probability: Float, threshold: Float = 0.5) {
      self.probability = probability
      self.threshold = threshold
    }
  }

  /// Normal noise, not clipped at black and white.
  package struct Noise: Codable, Sendable, Equatable {
    package var probability: Float
    /// Standard deviation, where black is 0 and white 1.
    package var sigma: ClosedRange<Float>

    package init(probability: Float, sigma: ClosedRange<Float>) {
      self.probability = probability
      self.sigma = sigma
    }
  }

  /// Random erasing (Zhong et al. 2020) before normalisation.
  package struct Erasing: Codable, Sendable, Equatable {
    package var probability: Float
    /// Share of the view's area.
    package var scale: ClosedRange<Float>
    /// Height / width.
    package var ratio: ClosedRange<Float>
    /// The value of the box, 0...1.
    package var value: Float

    package init(
      probability: Float, scale: ClosedRange<Float> = 0.02...0.33, ratio: ClosedRange<Float> = 0.3...3.3,
      value: Float = 0
    ) {
      self.probability = probability
      self.scale = scale
      self.ratio = ratio
      self.value = value
    }
  }

  package var crop: Crop?
  package var filter: ResizeFilter
  /// Probability.
  package var horizontalFlip: Float
  /// Probability.
  package var verticalFlip: Float
  package var affine: Affine?
  package var perspective: Perspective?
  /// First of the operations on values.
  package var window: Window?
  package var gamma: Gamma?
  package var colourJitter: ColourJitter?
  /// Probability.
  package var greyscale: Float
  package var blur: Blur?
  package var solarize: Solarize?
  package var noise: Noise?
  package var erasing: Erasing?
  package var normalisation: Normalisation

  package init(
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
