import Learning

extension Disturbance.Kind {
  /// Brightness and contrast are each multiplied by up to 1 ± 0.2, 0.4 or 0.6.
  package static let lighting: Self = "lighting"
  /// Rotation by up to 10, 20 or 40 degrees.
  package static let angle: Self = "angle"
  /// Blur by a Gaussian of 1, 2 or 4 % of the side.
  package static let blur: Self = "blur"
}

extension Disturbance {
  /// The recipe of a disturbed view of `side` pixels; nothing else in it is random. Noise is normal, with a deviation
  /// of 0.05, 0.1 or 0.2 if black is 0 and white 1, and is not clipped.
  func recipe(side: Int) -> ImageRecipe {
    var recipe = ImageRecipe.centre
    if kind == .lighting {
      let reach: Float = one(of: [0.2, 0.4, 0.6])
      recipe.colourJitter = .init(probability: 1, brightness: reach, contrast: reach)
    } else if kind == .angle {
      recipe.affine = .init(degrees: one(of: [10, 20, 40]))
    } else if kind == .blur {
      let sigma = one(of: [0.01, 0.02, 0.04]) * Float(side)
      recipe.blur = .init(probability: 1, kernel: one(of: [0.07, 0.13, 0.25]))
      recipe.blur?.sigma = sigma...sigma
    } else if kind == .noise {
      let deviation: Float = one(of: [0.05, 0.1, 0.2])
      recipe.noise = .init(probability: 1, sigma: deviation...deviation)
    }
    return recipe
  }
}
