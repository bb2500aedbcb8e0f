import Samples
import Settings

/// Series in NumPy arrays.
enum SeriesArrays {
  // MARK: One array

  static func contents(
    of array: NumpyArray, _ place: String, _ reading: SeriesReading
  ) throws(DatasetError) -> SeriesFileContents {
    try contents(of: array, named: "'\(visible(place))'", place, reading)
  }

  /// - Parameter name: the array for people.
  private static func contents(
    of array: NumpyArray, named name: String, _ place: String, _ reading: SeriesReading
  ) throws(DatasetError) -> SeriesFileContents {
    guard array.element.isNumber else { throw .unusable("\(name) holds texts and no series.") }
    guard array.count > 0 else { throw .unusable("\(name) has the shape \(array.shape) and holds no values.") }
    let (axes, isGuess) = try axes(of: array.shape, named: name, reading)
    let values = try array.numbers()
    let shape = array.shape
    let (count, steps, channels) =
      switch axes {
      case .nt: (shape[0], shape[1], 1)
      case .tc: (1, shape[0], shape.count == 1 ? 1 : shape[1])
      case .ntc: (shape[0], shape[1], shape[2])
      case .nct: (shape[0], shape[2], shape[1])
      }
    var series: [SeriesRecording] = []
    var filled = 0
    for index in 0..<count {
      let part = values[index * steps * channels..<(index + 1) * steps * channels]
      var recording = SeriesRecording(
        name: "\(index + 1)", values: axes == .nct ? transposed(part, channels, steps) : Array(part),
        rate: reading.rate)
      if recording.dropPadding(channels: channels) { filled += 1 }
      series.append(recording)
    }
    var notes: [String] = []
    if isGuess {
      notes.append(
        "An array of the shape \(shape) was taken for \(text(of: axes)); if it is something else, say so (axes).")
    }
    if filled > 0 {
      notes.append(
        "\(filled) of \(count) series \(filled == 1 ? "ends" : "end") before the longest: rows of missing values behind "
          + "\(filled == 1 ? "it" : "them") do not count.")
    }
    return SeriesFileContents(channels: SeriesFileContents.channelNames(channels), series: series, notes: notes)
  }

  private static func transposed(_ part: ArraySlice<Float>, _ channels: Int, _ steps: Int) -> [Float] {
    var result = [Float](repeating: 0, count: part.count)
    for channel in 0..<channels {
      for step in 0..<steps { result[step * channels + channel] = part[part.startIndex + channel * steps + step] }
    }
    return result
  }

  /// What the axes are: as the user says; of three axes, time is the longer of the last two.
  private static func axes(
    of shape: [Int], named name: String, _ reading: SeriesReading
  ) throws(DatasetError) -> (SeriesReading.Axes, isGuess: Bool) {
    if let axes = reading.axes {
      guard axes.rawValue.count == shape.count || (axes == .tc && shape.count == 1) else {
        throw .unusable("\(name) has the shape \(shape), which has not the axes '\(axes.rawValue)'.")
      }
      return (axes, false)
    }
    switch shape.count {
    case 1: return (.tc, false)
    case 2: return (.nt, true)
    case 3: return (shape[1] >= shape[2] ? .ntc : .nct, true)
    default:
      throw .unusable(
        "\(name) has the shape \(shape): series have two or three axes, of which one is time and one may be channels.")
    }
  }

  private static func text(of axes: SeriesReading.Axes) -> String {
    switch axes {
    case .nt: "[series, steps]"
    case .tc: "[steps, channels] of one recording"
    case .ntc: "[series, steps, channels]"
    case .nct: "[series, channels, steps]"
    }
  }

  // MARK: Archives

  /// Arrays of two and more axes are series; one of a single axis and of as many values is their labels. Where names say
  /// train and test, both parts are read.
  static func contents(
    ofArchive bytes: [UInt8], _ place: String, _ reading: SeriesReading
  ) throws(DatasetError) -> SeriesFileContents {
    let archive = try ZipArchive(bytes, place)
    var arrays: [(name: String, array: NumpyArray)] = []
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      arrays.append((name, try NumpyArray(archive.contents(of: entry), "\(place)', array '\(name)")))
    }
    let candidates = arrays.filter { $0.array.shape.count >= 2 && $0.array.element.isNumber }
    let parts = candidates.map { (name: $0.name, array: $0.array, split: split(of: $0.name)) }
    let splits = parts.compactMap(\.split)
    guard !parts.isEmpty, parts.count == 1 || splits.count == parts.count && Set(splits).count == parts.count else {
      let names = arrays.map { "'\($0.name)' \($0.array.shape)" }
      throw .unusable(
        parts.isEmpty
          ? "'\(visible(place))' holds no array of series, which has two or three axes; its arrays are \(listed(names, limit: 6))."
          : "'\(visible(place))' holds several arrays of series (\(listed(parts.map { "'\($0.name)'" }, limit: 4))): keep one, "
            + "or name two so that one says train and the other test.")
    }
    var result = SeriesFileContents(channels: [], series: [])
    for (index, part) in parts.enumerated() {
      var own = try contents(of: part.array, named: "'\(part.name)' of '\(visible(place))'", place, reading)
      guard index == 0 || own.channels == result.channels else {
        throw .unusable(
          "'\(visible(place))': '\(part.name)' has \(Figure.counted(own.channels.count, "channel")), and '\(parts[0].name)' "
            + "has \(result.channels.count).")
      }
      let labels = try labels(for: part.name, part.split, count: own.series.count, among: arrays, place)
      for series in own.series.indices {
        own.series[series].label = labels?.texts[series]
        if parts.count > 1 {
          own.series[series].split = part.split
          own.series[series].name = "\(part.name) \(series + 1)"
        }
      }
      result.channels = own.channels
      result.series += own.series
      result.notes += own.notes
      if let labels { result.notes.append("The labels of '\(part.name)' are the array '\(labels.name)'.") }
    }
    return result
  }

  private static func split(of name: String) -> Labels.Split? {
    let name = name.lowercased()
    if name.contains("train") { return .train }
    if name.contains("test") { return .test }
    return name.contains("val") ? .validation : nil
  }

  private static func labels(
    for name: String, _ split: Labels.Split?, count: Int, among arrays: [(name: String, array: NumpyArray)],
    _ place: String
  ) throws(DatasetError) -> (name: String, texts: [String])? {
    let flat = arrays.filter { other in
      let shape = other.array.shape
      return other.name != name && (shape == [count] || shape == [count, 1] && !other.array.element.isNumber)
        && self.split(of: other.name) == split
    }
    let likely = flat.filter { other in
      let name = other.name.lowercased()
      return name.hasPrefix("y") || name.contains("label") || name.contains("target") || name.contains("class")
    }
    guard let found = likely.first ?? (flat.count == 1 ? flat.first : nil) else { return nil }
    guard likely.count <= 1 else {
      throw .unusable(
        "'\(visible(place))' holds several arrays that may be the labels of '\(name)': "
          + listed(likely.map { "'\($0.name)'" }, limit: 4) + "; keep one.")
    }
    return (found.name, found.array.texts())
  }
}
