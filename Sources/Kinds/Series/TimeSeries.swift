import Backbones
import Foundation
import Learning
import Samples
import Settings

/// Time series and recordings of sensors: `.ts` files, NumPy arrays, tables with a row a step or a row a series.
public enum TimeSeries: DataKind {
  public typealias Settings = SeriesConfiguration

  static let axes = OptionKey<SeriesReading.Axes>(
    "axes",
    help:
      "What the axes of an array are: n series, t steps, c channels. Default: nt, and of three axes ntc if the second is at least as long as the third, else nct."
  ).ofReading
  public static let idColumn = OptionKey<String>(
    "id-column",
    help: "Of a table with a row a step: the column that tells the series apart. Default: one series a file.",
    valueName: "name"
  ).ofReading
  public static let timeColumn = OptionKey<String>(
    "time-column",
    help: "Of a table with a row a step: the column with the time, in seconds or as a date, which is checked.",
    valueName: "name"
  ).ofReading
  public static let channels = OptionKey<String>(
    "channels",
    help: "The columns or signals with the values, separated by commas. Default: all others that hold numbers.",
    valueName: "names"
  ).ofReading
  public static let window = OptionKey<String>(
    "window",
    help:
      "Cuts series into windows of so many steps, or seconds (4s), which are the samples. Default: a sample is a whole series.",
    valueName: "steps"
  ).ofReading
  public static let stride = OptionKey<String>(
    "stride", help: "Steps, or seconds, from the beginning of a window to that of the next. Default: the window's.",
    valueName: "steps"
  ).ofReading
  public static let rate = OptionKey<Double>(
    "rate", in: 1e-9...1e9, help: "Steps a second, where no column with the time says it.", valueName: "steps"
  ).ofReading
  package static let scaling = OptionKey<SeriesScaling.Rule>(
    "value-scaling",
    help:
      "How values are scaled: each channel over all training samples, each series by itself, or none. Default: channel."
  )
  public static let leastCrop = OptionKey<Double>(
    "least-part", in: 0.01...1, help: "The smallest part of a series that a view shows. Default: the preset's."
  ).rare
  public static let mostCrop = OptionKey<Double>(
    "most-part", in: 0.01...1, help: "The largest part of a series that a view shows. Default: the preset's."
  ).rare
  public static let jitter = OptionKey<Double>(
    "jitter", in: 0...10, help: "Deviation of noise that views add to each value. Default: the preset's."
  ).rare
  public static let amplitude = OptionKey<Double>(
    "amplitude", in: 0...10, help: "Standard deviation of the random scale of each channel. Default: the preset's."
  ).rare
  public static let masking = OptionKey<Double>(
    "masking", in: 0...0.9, help: "Part of the steps that views hide. Default: the preset's."
  ).rare
  public static let pieces = OptionKey<Int>(
    "pieces", in: 1...100,
    help: "Maximum number of segments that a view permutes; 1 turns it off. Default: the preset's."
  ).rare
  public static let frequencyNoise = OptionKey<Double>(
    "frequency-noise", in: 0...10,
    help: "Amplitude of the frequency components that views add or remove. Default: the preset's."
  ).rare

  public static var title: String { "time series" }
  public static var summary: String {
    "time series and sensor recordings: .ts files, EDF and BDF, WFDB records (.hea), NumPy arrays (.npy, .npz), CSV tables with one row per time step "
      + "(id-column, time-column) or one row per series (kind series)"
  }
  public static var options: [RunOption] {
    [
      axes.option, idColumn.option, timeColumn.option, channels.option, window.option, stride.option, rate.option,
      scaling.option, leastCrop.option, mostCrop.option, jitter.option, amplitude.option, masking.option,
      pieces.option, frequencyNoise.option,
    ]
  }
  public static var plans: [ViewPlan] { [.wholeSeries, .pair, .labelledPair] }
  public static var usualBackbone: BackboneName { "dilated-cnn" }
  public static var presets: [Preset] { SeriesPresets.all }

  // MARK: Finding

  /// `.ts` files, `.npz` archives and a single `.npy` file that is no picture are certain; tables are series on request, as are
  /// several arrays, which are pictures otherwise.
  public static func claim(_ places: [String]) -> Claim? {
    guard !places.isEmpty else { return nil }
    if places.contains(where: { SeriesFile.advice(for: $0) != nil }) {
      return Claim(.certain, because: "the file holds series by its name")
    }
    let formats = places.map(format)
    if formats.allSatisfy({ $0 == .ts || $0 == .archive || $0 == .edf || $0 == .wfdb }) {
      return Claim(.certain, because: "the files hold series by their names")
    }
    if formats == [.array] {
      return Claim(.certain, because: "a single array holds series, and pictures are an array each")
    }
    guard formats.allSatisfy({ $0 != nil }) else {
      return places.allSatisfy { resolve($0)?.isFolder ?? false }
        ? Claim(.onRequest, because: "a folder may hold recordings") : nil
    }
    return Claim(.onRequest, because: "a table may hold series")
  }

  /// Of a folder, that of most of its files.
  private static func format(of place: String) -> SeriesFile.Format? {
    guard resolve(place)?.isFolder ?? false else { return SeriesFile.format(of: place) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    let visible = names.filter { !$0.hasPrefix(".") && $0.contains(".") }
    if visible.contains(where: { SeriesFile.suffix(of: $0) == "hea" }) { return .wfdb }
    let series = visible.filter { ["ts", "npz", "edf", "bdf"].contains(SeriesFile.suffix(of: $0)) }
    return !series.isEmpty && series.count * 2 > visible.count ? .ts : nil
  }

  static func labelFile(_ annotations: Annotations) -> String? {
    if case .file(let path) = annotations.labels { path } else { nil }
  }

  /// What a user says about how files are read.
  static func apply(_ options: OptionValues, to reading: inout SeriesReading) throws(Refusal) {
    if let axes = options[axes] { reading.axes = axes }
    if let id = options[idColumn] { reading.idColumn = id }
    if let time = options[timeColumn] { reading.timeColumn = time }
    if let rate = options[rate] { reading.rate = rate }
    if let text = options[channels] {
      let names = text.split(separator: ",", omittingEmptySubsequences: false).map { TableCell.trimmed(String($0)) }
      guard names.allSatisfy({ !$0.isEmpty }), Set(names).count == names.count else {
        throw Refusal("channels", text, "must be different names, separated by commas")
      }
      reading.channels = names
    }
    func span(_ key: OptionKey<String>) throws(Refusal) -> SeriesSpan? {
      guard let text = options[key] else { return nil }
      guard let span = SeriesSpan(text) else {
        throw Refusal(key.option.name, text, "must be a number of steps, such as 200, or of seconds, such as 4s")
      }
      return span
    }
    if let length = try span(window) { reading.window = SeriesWindow(length: length, stride: reading.window?.stride) }
    if let stride = try span(stride) {
      guard reading.window != nil else {
        throw Refusal(
          TimeSeries.stride.option.name, nil, "has no meaning without windows",
          .change("give their length too", settings: [window.option.name]))
      }
      reading.window?.stride = stride
    }
    if options[idColumn] != nil || options[timeColumn] != nil || options[channels] != nil || options[window] != nil {
      reading.hasStepsInRows = true
    }
  }

  public static func source(
    _ places: [String], _ annotations: Annotations, _ options: OptionValues
  ) throws -> any DataSource {
    var reading = SeriesReading(
      labelColumn: annotations.labelColumn, groupColumn: annotations.groupColumn, hasStepsInRows: false)
    try apply(options, to: &reading)
    if case .folder = annotations.groups {
      throw DatasetError.unusable("Series are not grouped by folders; name the column that groups them.")
    }
    let hasTables = places.contains { place in
      (resolve(place)?.isFolder ?? false) || SeriesFile.format(of: place) == .table
    }
    if !hasTables {
      for key in [idColumn, timeColumn] where options[key] != nil {
        throw Refusal.unused(key.option.name, by: "files that have no columns")
      }
      if options[channels] != nil, !places.contains(where: { SeriesFile.format(of: $0)?.namesChannels ?? false }) {
        throw Refusal.unused(channels.option.name, by: "files that have no columns")
      }
      if case .column = annotations.labels {
        throw DatasetError.labelsNotProvided(by: annotations.labels ?? .file(""), kind: title)
      }
    }
    return SeriesSource(try SeriesSamples(places, reading, labels: labelFile(annotations)))
  }
}

/// Series that were found.
public struct SeriesSource: DataSource {
  let samples: SeriesSamples

  init(_ samples: SeriesSamples) { self.samples = samples }

  /// - Parameters:
  ///   - places: `.ts`, `.npy` and `.npz` files, CSV and TSV files, or folders that hold them.
  ///   - labels: a file with a label for each series; nil if the files have them, or there are none.
  ///   - options: how tables and arrays are read: `[TimeSeries.timeColumn.option.name: "time"]`.
  public init(
    _ places: String..., labels: String? = nil, labelColumn: String? = nil, options: OptionValues = [:]
  ) throws {
    var reading = SeriesReading(labelColumn: labelColumn, hasStepsInRows: false)
    try TimeSeries.apply(options, to: &reading)
    self.init(try SeriesSamples(places, reading, labels: labels))
  }

  public var kind: String { TimeSeries.name }

  public func propose(_ request: DataRequest) throws -> DataProposal {
    guard samples.names.count >= 2 else {
      throw DatasetError.tooFewSamples(
        count: samples.names.count, lookedFor: SeriesFile.lookedFor, leftOut: samples.skipped)
    }
    var preset = try request.preset(usual: SeriesPresets.usual)
    var recipe = SeriesRecipe()
    try recipe.apply(preset.input.options)
    try recipe.apply(request.options)
    let training = samples.names.indices.filter { sample in
      guard let labels = samples.labels, labels.hasSplits else { return true }
      return labels.splits[sample] == nil || labels.splits[sample] == .train
    }
    let scaling = SeriesScaling(
      request.options[TimeSeries.scaling] ?? .channel, channels: samples.channels.count,
      fittedOn: training.lazy.map(samples.values(of:)))
    let configuration = SeriesConfiguration(
      channels: samples.channels, longest: samples.longest, scaling: scaling, recipe: recipe, reading: samples.reading)
    var choices: [Choice] = []
    if preset.name == SeriesPresets.usual {
      // As TS2Vec: few iterations for little data, whatever the number of series.
      let values = training.count * samples.longest * samples.channels.count
      let steps = values <= 100_000 ? 200 : 600
      let stepsPerEpoch = max(1, training.count / preset.batchSize)
      preset = preset.lasting(epochs: (steps + stepsPerEpoch - 1) / stepsPerEpoch)
      choices.append(
        Choice(
          "steps", "about \(steps)",
          because: "as TS2Vec for \(values <= 100_000 ? "up to" : "more than") 100,000 values"))
    }
    return DataProposal(
      data: SeriesCollection(samples, configuration), preset: preset, choices: choices,
      warnings: preset.method == .ts2vec && samples.longest > 2 * SeriesViews.longestWhole
        ? [
          "series of up to \(samples.longest) steps: training sees \(SeriesViews.longestWhole) of them at a time, and vectors are made "
            + "of all; cut them into windows if what matters is short"
        ] : [],
      precision: .float32)
  }
}
