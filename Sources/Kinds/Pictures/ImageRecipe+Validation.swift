import Settings

extension ImageRecipe: Validated {
  public func validate() throws(SettingError) {
    try validatePlaces()
    try validateColours()
    try checkProbability(erasing?.probability, "erasing.probability")
    try checkArea(erasing?.scale, "erasing.scale")
    try checkFactor(erasing?.ratio, "erasing.ratio")
    try checkAmount(erasing?.value, "erasing.value", most: 1)
    try Settings.validate(normalisation, under: "normalisation")
  }

  private func validatePlaces() throws(SettingError) {
    try checkArea(crop?.scale, "crop.scale")
    try checkFactor(crop?.ratio, "crop.ratio")
    try checkProbability(horizontalFlip, "horizontalFlip")
    try checkProbability(verticalFlip, "verticalFlip")
    try checkAmount(affine?.degrees, "affine.degrees", most: 180)
    try checkAmount(affine?.translation, "affine.translation", most: 1)
    try checkFactor(affine?.scale, "affine.scale")
    try checkAmount(affine?.shear, "affine.shear", most: 89)
    try checkAmount(affine?.fill, "affine.fill", most: 1)
    try checkProbability(perspective?.probability, "perspective.probability")
    try checkAmount(perspective?.distortion, "perspective.distortion", most: 1)
    try checkAmount(perspective?.fill, "perspective.fill", most: 1)
  }

  private func validateColours() throws(SettingError) {
    try checkProbability(window?.probability, "window.probability")
    try checkFactor(window?.width, "window.width")
    try checkProbability(gamma?.probability, "gamma.probability")
    try checkFactor(gamma?.range, "gamma.range")
    try checkProbability(colourJitter?.probability, "colourJitter.probability")
    try checkAmount(colourJitter?.brightness, "colourJitter.brightness")
    try checkAmount(colourJitter?.contrast, "colourJitter.contrast")
    try checkAmount(colourJitter?.saturation, "colourJitter.saturation")
    try checkAmount(colourJitter?.hue, "colourJitter.hue", most: 0.5)
    try checkProbability(greyscale, "greyscale")
    try checkProbability(blur?.probability, "blur.probability")
    try checkAmount(blur?.kernel, "blur.kernel", most: 1)
    try checkFactor(blur?.sigma, "blur.sigma")
    try checkProbability(solarize?.probability, "solarize.probability")
    try checkAmount(solarize?.threshold, "solarize.threshold", most: 1)
    try checkProbability(noise?.probability, "noise.probability")
    if let sigma = noise?.sigma { try check(sigma, within: 0...1000, "noise.sigma") }
  }
}

extension ImageRecipe.Normalisation: Validated {
  public func validate() throws(SettingError) {
    try checkCount(of: mean, in: 1...Picture.maxChannels, "mean")
    guard deviation.count == mean.count else {
      throw SettingError(
        "deviation", "a list of \(deviation.count)", expected: "as long as mean, one number a channel: \(mean.count)")
    }
    for (channel, value) in mean.enumerated() { try check(value, in: -1e6...1e6, "mean[\(channel)]") }
    for (channel, value) in deviation.enumerated() { try check(value, in: 1e-6...1e6, "deviation[\(channel)]") }
  }
}

private func checkProbability(_ value: Float?, _ name: String) throws(SettingError) {
  if let value { try check(value, in: 0...1, name) }
}

private func checkAmount(_ value: Float?, _ name: String, most: Float = 1000) throws(SettingError) {
  if let value { try check(value, in: 0...most, name) }
}

/// What something is multiplied or divided by.
private func checkFactor(_ range: ClosedRange<Float>?, _ name: String) throws(SettingError) {
  if let range { try check(range, within: 0.001...1000, name) }
}

/// Parts of a picture's area: none at all is no picture.
private func checkArea(_ range: ClosedRange<Float>?, _ name: String) throws(SettingError) {
  guard let range else { return }
  guard range.lowerBound > 0, range.upperBound <= 1 else {
    throw SettingError(
      name, "\(plain(range.lowerBound)) to \(plain(range.upperBound))",
      expected: "a range of parts of the area, above 0 and at most 1")
  }
}
