import Settings

/// The small views of multi-crop (Caron et al. 2020): parts of a picture, in fewer pixels than the two global views.
public struct LocalCrops: Codable, Sendable, Equatable {
  /// 0 leaves the two global views alone.
  public var count: Int
  public var recipe: ImageRecipe

  public init(count: Int, recipe: ImageRecipe) {
    self.count = count
    self.recipe = recipe
  }

  /// Where a recipe has none of its own: the same, of a twentieth to two fifths of the area, as in DINO; four of them.
  public static func parts(of recipe: ImageRecipe) -> LocalCrops {
    var local = recipe
    local.crop = ImageRecipe.Crop(scale: 0.05...0.4, ratio: recipe.crop?.ratio ?? 3 / 4...4 / 3)
    return LocalCrops(count: 4, recipe: local)
  }

  /// In pixels: 3/7 of the global views' side, as 96 is of 224, rounded up to a multiple of 16, so that the patches of a
  /// transformer divide it; never more than that side.
  public static func side(besideGlobal imageSize: Int) -> Int {
    min(imageSize, (imageSize * 3 + 7 * 16 - 1) / (7 * 16) * 16)
  }
}

extension LocalCrops: Validated {
  public func validate() throws(SettingError) {
    try check(count, in: 0...64, "count")
    try Settings.validate(recipe, under: "recipe")
  }
}
