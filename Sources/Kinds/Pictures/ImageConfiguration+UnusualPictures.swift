extension ImageConfiguration {
  /// Sentences for the user about the treatment of pictures other than 8-bit grey and RGB.
  func notesOnUnusualPictures(_ contents: ImageContents) -> [String] {
    var notes: [String] = []
    if channels != 3 {
      notes.append(
        "The pictures have \(channels) channels: the network takes as many, and of the colour operations only "
          + "brightness and contrast are applied.")
    }
    if let values = decode.values, !contents.deepSamples.isEmpty {
      let float = values.float
      notes.append(
        "\(contents.deepSamples.count) pictures have more than 8 bits. In 16-bit ones, 0 to "
          + "\(values.uint16Highest) become 0 to 1; in floating-point ones, \(float.lowerBound) to \(float.upperBound), as measured on up to "
          + "\(ImageStatistics.sampleLimit) pictures for the run. Values outside are clipped.")
    }
    if contents.pagedCount > 0 {
      notes.append("\(contents.pagedCount) files hold several pictures; the first of each is used.")
    }
    return notes
  }
}
