/// A number in a recipe that is out of range.
public struct RecipeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// "blur.sigma"
  public let field: String
  public let value: String
  /// The permitted values: "above 0".
  public let expected: String

  public var description: String { "the view recipe's \(field) is \(value) and must be \(expected)" }
}

extension ImageRecipe {
  /// Refuses numbers out of range, for recipes that come from a file. Rendering with them would be safe, but not
  /// useful.
  public func validate() throws(RecipeError) {
    func check(_ isRight: Bool, _ field: String, _ value: Any, _ expected: String) throws(RecipeError) {
      guard isRight else { throw RecipeError(field: field, value: "\(value)", expected: expected) }
    }
    func probability(_ value: Float?, _ field: String) throws(RecipeError) {
      try check((0...1).contains(value ?? 0), field, value ?? 0, "a probability, 0 to 1")
    }
    func area(_ range: ClosedRange<Float>?, _ field: String) throws(RecipeError) {
      guard let range else { return }
      try check(range.lowerBound > 0 && range.upperBound <= 1, field, range, "a range of parts of the area, 0 to 1")
    }
    func positive(_ range: ClosedRange<Float>?, _ field: String) throws(RecipeError) {
      guard let range else { return }
      try check(range.lowerBound > 0 && range.upperBound.isFinite, field, range, "a range above 0")
    }
    func notNegative(_ value: Float?, _ field: String, most: Float = 1000) throws(RecipeError) {
      try check((0...most).contains(value ?? 0), field, value ?? 0, "between 0 and \(most)")
    }

    try area(crop?.scale, "crop.scale")
    try positive(crop?.ratio, "crop.ratio")
    try probability(horizontalFlip, "horizontalFlip")
    try probability(verticalFlip, "verticalFlip")
    try notNegative(affine?.degrees, "affine.degrees", most: 180)
    try notNegative(affine?.translation, "affine.translation", most: 1)
    try positive(affine?.scale, "affine.scale")
    try notNegative(affine?.shear, "affine.shear", most: 89)
    try notNegative(affine?.fill, "affine.fill", most: 1)
    try probability(perspective?.probability, "perspective.probability")
    try notNegative(perspective?.distortion, "perspective.distortion", most: 1)
    try notNegative(perspective?.fill, "perspective.fill", most: 1)
    try probability(gamma?.probability, "gamma.probability")
    try positive(gamma?.range, "gamma.range")
    try probability(colourJitter?.probability, "colourJitter.probability")
    try notNegative(colourJitter?.brightness, "colourJitter.brightness")
    try notNegative(colourJitter?.contrast, "colourJitter.contrast")
    try notNegative(colourJitter?.saturation, "colourJitter.saturation")
    try notNegative(colourJitter?.hue, "colourJitter.hue", most: 0.5)
    try probability(greyscale, "greyscale")
    try probability(blur?.probability, "blur.probability")
    try notNegative(blur?.kernel, "blur.kernel", most: 1)
    try positive(blur?.sigma, "blur.sigma")
    try probability(solarize?.probability, "solarize.probability")
    try notNegative(solarize?.threshold, "solarize.threshold", most: 1)
    try probability(noise?.probability, "noise.probability")
    try check((noise?.sigma.lowerBound ?? 0) >= 0, "noise.sigma", noise?.sigma ?? 0...0, "not below 0")
    try probability(erasing?.probability, "erasing.probability")
    try area(erasing?.scale, "erasing.scale")
    try positive(erasing?.ratio, "erasing.ratio")
    try notNegative(erasing?.value, "erasing.value", most: 1)
    let (mean, deviation) = (normalisation.mean, normalisation.deviation)
    try check(
      (1...Picture.maxChannels).contains(mean.count) && mean.count == deviation.count, "normalisation",
      "\(mean.count) means and \(deviation.count) deviations",
      "one of each for every channel, 1 to \(Picture.maxChannels)")
    for (channel, value) in deviation.enumerated() {
      try check(value > 0 && value.isFinite, "normalisation.deviation[\(channel)]", value, "above 0")
    }
    for (channel, value) in mean.enumerated() {
      try check(value.isFinite, "normalisation.mean[\(channel)]", value, "a number")
    }
  }
}
