import Views

/// What may happen to samples after a model has learned, at one of three strengths: to see what it does to what it tells.
public struct Disturbance: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Of pictures: brightness and contrast, each times up to 1 ± 0.2, 0.4, 0.6.
    case lighting
    /// Of pictures: turned by up to 10, 20, 40 degrees.
    case angle
    /// Of pictures: out of focus, by a Gaussian of 1, 2, 4 % of the side.
    case blur
    /// Normal, of a deviation of 0.05, 0.1, 0.2 of the way from black to white, not cut off at either; of a table's numbers 0.1, 0.3, 1 deviations.
    case noise
    /// Of a table: 10, 30, 50 % of the cells unknown.
    case missing
  }

  public let kind: Kind
  /// 1, 2 or 3.
  public let strength: Int

  public init(_ kind: Kind, strength: Int) {
    self.kind = kind
    self.strength = min(max(strength, 1), 3)
  }

  private func one<Value>(of values: [Value]) -> Value { values[strength - 1] }

  /// Of pictures, besides which nothing happens by chance; nil for what only tables know.
  var recipe: ImageRecipe? {
    var recipe = ImageRecipe.centre
    switch kind {
    case .lighting:
      let reach: Float = one(of: [0.2, 0.4, 0.6])
      recipe.colourJitter = .init(probability: 1, brightness: reach, contrast: reach)
    case .angle: recipe.affine = .init(degrees: one(of: [10, 20, 40]))
    case .blur: recipe.blur = .init(probability: 1, kernel: one(of: [0.07, 0.13, 0.25]))
    case .noise:
      let deviation: Float = one(of: [0.05, 0.1, 0.2])
      recipe.noise = .init(probability: 1, sigma: deviation...deviation)
    case .missing: return nil
    }
    return recipe
  }

  /// Of a view of `side` pixels.
  func recipe(side: Int) -> ImageRecipe? {
    guard var recipe else { return nil }
    if kind == .blur {
      let sigma = one(of: [0.01, 0.02, 0.04]) * Float(side)
      recipe.blur?.sigma = sigma...sigma
    }
    return recipe
  }

  /// Of the numbers of a table, in deviations.
  var numberDeviation: Float { kind == .noise ? one(of: [0.1, 0.3, 1]) : 0 }

  /// Of the cells of a table.
  var missingShare: Float { kind == .missing ? one(of: [0.1, 0.3, 0.5]) : 0 }
}
