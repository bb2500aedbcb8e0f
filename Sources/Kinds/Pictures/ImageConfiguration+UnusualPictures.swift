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
      // What version 0.1 measured knew no outliers.
      let source = depths == nil ? "" : " on up to \(ValueSurvey.pictureLimit) pictures, without outliers"
      let ranges = [
        contents.deepSamples.count > contents.floatCount
          ? "in 16-bit ones, 0 to \(values.uint16Highest) become 0 to 1" : nil,
        contents.floatCount > 0
          ? "in floating-point ones, \(values.float.lowerBound) to \(values.float.upperBound) become 0 to 1" : nil,
      ].compactMap(\.self)
      var note =
        "\(contents.deepSamples.count) pictures have more than 8 bits: \(ranges.joined(separator: "; ")), as measured for the "
        + "run\(source). Values outside are clipped."
      if let noData = values.noData {
        note += " Without data: \(noData.summary); the mean of the data takes the place."
      }
      notes.append(note)
    }
    if contents.pagedCount > 0 {
      notes.append("\(contents.pagedCount) files hold several pictures; the first of each is used.")
    }
    return notes
  }

  /// Warnings, without a full stop, about pictures of other depths than the run was made with.
  ///
  /// - Parameter counts: how many pictures have each depth in bits.
  func warningsOnDepths(_ counts: [Int: Int]) -> [String] {
    // Version 0.1 did not record the depths of runs with deep pictures.
    guard let known = depths ?? (decode.values == nil ? [8] : nil) else { return [] }
    let total = counts.values.reduce(0, +)
    return counts.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }.map { depth, count in
      let range = decode.values ?? ValueRange()
      let reading =
        switch depth {
        case 8: "0 to 255 become 0 to 1"
        case 16:
          "0 to \(range.uint16Highest) become 0 to 1, so that 12 bits in 16 look almost black unless the range is theirs"
        default: "\(range.float.lowerBound) to \(range.float.upperBound) become 0 to 1, and values outside are clipped"
        }
      return
        "\(count) of \(total) pictures have \(Self.depth(depth)), and the run was made with pictures of "
        + "\(known.map(Self.depth).joined(separator: " and ")): \(reading); convert them as the pictures of the run were"
    }
  }

  private static func depth(_ bits: Int) -> String { bits == 32 ? "floating-point numbers" : "\(bits) bits" }
}
