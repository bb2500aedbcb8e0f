import Samples

/// One series as a file holds it, before windows are cut from it.
struct SeriesRecording: Sendable {
  var name: String
  /// [steps, channels] row by row; not a number where a value is missing.
  var values: [Float]
  /// As it is written; nil if there is none, or if it changes within the series.
  var label: String?
  /// The label of each step, where it changes within the series.
  var stepLabels: [String?]?
  var group: String?
  var split: Labels.Split?
  /// Steps a second; nil if it is not known.
  var rate: Double?

  init(
    name: String, values: [Float], label: String? = nil, stepLabels: [String?]? = nil, group: String? = nil,
    split: Labels.Split? = nil, rate: Double? = nil
  ) {
    self.name = name
    self.values = values
    self.label = label
    self.stepLabels = stepLabels
    self.group = group
    self.split = split
    self.rate = rate
  }
}

/// What a reader found in a file.
struct SeriesFileContents: Sendable {
  /// The names of the channels.
  var channels: [String]
  var series: [SeriesRecording]
  /// Series that cannot be used, with the reason.
  var skipped: [SampleError] = []
  /// Sentences for the user about how the file was read.
  var notes: [String] = []
  var stamps = TimeStampSurvey()

  /// "channel 1", …, or "value" where there is one.
  static func channelNames(_ count: Int) -> [String] {
    count == 1 ? ["value"] : (1...max(1, count)).map { "channel \($0)" }
  }
}

extension SeriesRecording {
  /// Without the steps behind the last that has a value: rows of missing values that fill shorter series up.
  ///
  /// - Returns: whether there were any.
  mutating func dropPadding(channels: Int) -> Bool {
    guard channels > 0, let last = values.lastIndex(where: { !$0.isNaN }) else { return false }
    let steps = last / channels + 1
    guard steps * channels < values.count else { return false }
    values.removeLast(values.count - steps * channels)
    if let labels = stepLabels { stepLabels = Array(labels.prefix(steps)) }
    return true
  }

  /// Why nothing can be learned from the series; nil if something can.
  func problem(channels: Int) -> String? {
    if values.isEmpty { return "has no steps" }
    if values.allSatisfy(\.isNaN) { return "all its values are missing" }
    return values.count / channels < 2 ? "has a single step, and a series needs at least 2" : nil
  }
}
