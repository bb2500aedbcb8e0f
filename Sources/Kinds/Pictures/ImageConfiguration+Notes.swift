extension ImageConfiguration {
  /// What is done with pictures that are not just 8-bit grey and RGB, a sentence each.
  func notes(on contents: ImageContents) -> [String] {
    var notes: [String] = []
    if channels != 3 {
      notes.append(
        "The pictures have \(channels) channels: the network takes as many, and of the colour operations only "
          + "brightness and contrast are made.")
    }
    if let values = decode.values, !contents.deepSamples.isEmpty {
      let float = values.float
      notes.append(
        "\(contents.deepSamples.count) pictures have more than 8 bits. Of 16 bits, 0 to \(values.uint16Highest) become 0 "
          + "to 1, of other numbers \(float.lowerBound) to \(float.upperBound), as measured on up to "
          + "\(ImageStatistics.sampleLimit) pictures for the run; what lies outside is clipped.")
    }
    if contents.pagedCount > 0 {
      notes.append("\(contents.pagedCount) files hold several pictures; the first of each is used.")
    }
    return notes
  }
}
