import Settings

/// The small views of multi-crop (Caron et al. 2020): parts of a picture, with fewer pixels than the two global views.
package struct LocalCrops: Codable, Sendable, Equatable {
  /// With 0 there are only the two global views.
  package var count: Int
  package var recipe: ImageRecipe

  package init(count: Int, recipe: ImageRecipe) {
    self.count = count
    self.recipe = recipe
  }

  /// The local crops of a recipe that defines none: four, by the same recipe, of a twentieth to two fifths of the area
  /// as in DINO.
  package static func parts(of recipe: ImageRecipe) -> LocalCrops {
    var local = recipe
    local.crop = ImageRecipe.Crop(scale: 0.05...0.4, ratio: recipe.crop?.ratio ?? 3 / 4...4 / 3)
    return LocalCrops(count: 4, recipe: local)
  }

  /// What the side is a multiple of, so that the patches of a transformer divide it; nil for 16.
  package var sideStep: Int?

  /// The side in pixels: 3/7 of the global views' side (96 for 224), rounded up to a multiple of `sideStep`; never more than
  /// the global side.
  package func side(besideGlobal imageSize: Int) -> Int {
    let step = sideStep ?? 16
    return min(imageSize, (imageSize * 3 + 7 * step - 1) / (7 * step) * step)
  }
}

extension LocalCrops: Validated {
  public func validate() throws(SettingError) {
    try check(count, in: 0...64, "count")
    if let sideStep { try check(sideStep, in: 1...256, "sideStep") }
    try Settings.validate(recipe, under: "recipe")
  }
}
