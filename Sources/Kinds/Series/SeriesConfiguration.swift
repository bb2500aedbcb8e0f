import Backbones
import Learning
import Samples
import Settings

/// How series become inputs of a model. It is fitted once, and then used unchanged on all data of the run.
public struct SeriesConfiguration: Codable, Sendable, Equatable {
  package var channels: [String]
  /// Steps of the longest series that the run began with.
  package var longest: Int
  package var scaling: SeriesScaling
  /// How training views are drawn.
  package var recipe: SeriesRecipe
  var reading: SeriesReading

  static let mostChannels = 4096
}

extension SeriesConfiguration: DataSettings {
  public static var kind: String { "series" }
  public static var plural: String { "series" }
  public static var nameColumn: String { "series" }

  public var labelPlace: LabelPlace { reading.labelColumn.map { .column($0) } ?? .file }
  public var groupSource: GroupSource? { reading.groupColumn.map { .column($0) } }
  public var summary: String { recipe.summary }

  public var details: [Explanation] {
    let names = channels.count == 1 ? "" : ": \(listed(channels.map { visible($0) }, limit: 6))"
    let rule =
      switch scaling.rule {
      case .channel: "each channel scaled by its mean and deviation over the training samples"
      case .series: "each series scaled by its own mean and deviation"
      case .none: "values as they are"
      }
    let window = reading.window.map { window in
      "windows of \(window.length.text)" + (window.stride.map { ", one every \($0.text)" } ?? "")
    }
    return [
      "\(Figure.counted(channels.count, "channel"))\(names); the longest series has \(Figure.counted(longest, "step"))",
      rule, window,
    ].compactMap(\.self).map { Explanation($0) }
  }

  public var sampleShapes: [[Int]]? { [[longest, channels.count], [longest]] }

  public func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection {
    var configuration = self
    let labels = TimeSeries.labelFile(annotations)
    configuration.reading.labelColumn = annotations.labelColumn ?? (labels == nil ? reading.labelColumn : nil)
    configuration.reading.groupColumn = annotations.groupColumn ?? reading.groupColumn
    // What the run recorded says nothing about files that lack it.
    var reading = configuration.reading
    reading.optionalColumns = Set(
      [
        annotations.labelColumn == nil ? reading.labelColumn : nil,
        annotations.groupColumn == nil ? reading.groupColumn : nil,
      ].compactMap(\.self))
    let samples = try SeriesSamples(places, reading, labels: labels)
    try check(samples)
    return SeriesCollection(samples, configuration)
  }

  /// Series without labels and groups: a file to look for similar ones need not have them.
  public func queries(in file: String) throws -> any SampleCollection {
    var configuration = self
    configuration.reading.labelColumn = nil
    configuration.reading.groupColumn = nil
    let samples = try SeriesSamples([file], configuration.reading)
    try check(samples)
    return SeriesCollection(samples, configuration)
  }

  private func check(_ samples: SeriesSamples) throws(DatasetError) {
    guard samples.channels.count == channels.count else {
      throw .unusable(
        "The series have \(Figure.counted(samples.channels.count, "channel")), and the run learned from series of "
          + "\(channels.count) (\(listed(channels.map { visible($0) }, limit: 6))).")
    }
  }

  public func open(_ listing: SeriesListing) throws -> any SampleCollection {
    // The files are as they were listed, when they may have lacked a column.
    var reading = reading
    reading.optionalColumns = Set([reading.labelColumn, reading.groupColumn].compactMap(\.self))
    return try SeriesCollection(
      SeriesSamples(
        listing.files.map(\.path), reading, labels: listing.labels, keeping: listing.samples, knownAs: listing.files),
      self)
  }

  public func drawingViews(as other: SeriesConfiguration) -> SeriesConfiguration {
    var result = self
    result.recipe = other.recipe
    return result
  }

  public func changed(by options: OptionValues) throws(Refusal) -> SeriesConfiguration {
    var result = self
    if let rule = options[TimeSeries.scaling], rule != scaling.rule {
      throw Refusal(
        TimeSeries.scaling.option.name, rule.rawValue,
        "cannot be changed: a run that is made again scales as the first",
        .leaveOut)
    }
    try TimeSeries.apply(options, to: &result.reading)
    try result.recipe.apply(options)
    return result
  }

  public func readingSteps(changedBy options: OptionValues) throws(Refusal) -> SeriesConfiguration? {
    for key in [TimeSeries.window, TimeSeries.stride] where options[key] != nil {
      throw Refusal.unused(key.option.name, by: "whole recordings, each step of which is looked at")
    }
    var result = try changed(by: options)
    result.reading.window = nil
    result.reading.readsSteps = true
    return result
  }

  public func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning {
    .adapting(to: labelCount, epochs: 10...100, batchSize: 32, weightDecay: 0.01)
  }

  public var usualDraws: Int { 3 }

  public var exportedInput: ExportedInput {
    ExportedInput(
      shape: [longest, channels.count], isVarying: true,
      preparation:
        "A series is [steps, \(channels.count)] values of the channels \(listed(channels, limit: 12)); "
        + (scaling.rule == .none
          ? "they are taken as they are."
          : scaling.rule == .series
            ? "each channel less its mean over the series, divided by its deviation."
            : "each channel less its mean, divided by its deviation, both of the training samples."),
      metadata: scaling,
      limits: [
        "A step that lacks a value, which is not a number (NaN), is hidden from it.",
        "Series of a batch have one length: nothing fills shorter ones up.",
      ])
  }
}

extension SeriesConfiguration: Validated {
  public func validate() throws(SettingError) {
    try checkCount(of: channels, in: 1...Self.mostChannels, "channels")
    try Settings.check(longest, in: 2...SeriesSamples.mostValues, "longest")
    try Settings.validate(scaling, under: "scaling")
    guard scaling.means.count == channels.count else {
      throw SettingError("scaling.means", "a list of \(scaling.means.count)", expected: "one for each channel")
    }
    try Settings.validate(recipe, under: "recipe")
    if let rate = reading.rate { try Settings.check(rate, above: 0, through: 1e9, "reading.rate") }
    for span in [reading.window?.length, reading.window?.stride ?? nil] {
      switch span {
      case .steps(let steps)?: try Settings.check(steps, in: 1...SeriesSamples.mostValues, "reading.window")
      case .seconds(let seconds)?: try Settings.check(seconds, above: 0, through: 1e9, "reading.window")
      case nil: break
      }
    }
  }
}
