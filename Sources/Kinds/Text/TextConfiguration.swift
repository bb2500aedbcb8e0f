import Backbones
import Learning
import Samples
import Settings

/// How texts become inputs of a model. It is fitted once, and then used unchanged on all data of the run.
public struct TextConfiguration: Codable, Sendable, Equatable {
  /// What a sample is.
  public enum Unit: String, Codable, Sendable, CaseIterable, OptionConvertible {
    /// A line of a text file, a row of a table, an object of JSON lines.
    case record
    /// A file.
    case file
  }

  package var unit: Unit
  /// The columns that hold the text, in their order; "text" for lines, empty for files.
  package var columns: [String]
  package var labelColumn: String?
  package var groupColumn: String?
  /// The most tokens of a view, those of beginning and end included.
  package var maxTokens: Int
  /// How training views are drawn.
  package var recipe: TextRecipe
  package var vocabulary: Vocabulary

  package init(
    unit: Unit, columns: [String], labelColumn: String? = nil, groupColumn: String? = nil, maxTokens: Int,
    recipe: TextRecipe, vocabulary: Vocabulary
  ) {
    self.unit = unit
    self.columns = columns
    self.labelColumn = labelColumn
    self.groupColumn = groupColumn
    self.maxTokens = maxTokens
    self.recipe = recipe
    self.vocabulary = vocabulary
  }

  static let tokenLimits = 8...8192
}

extension TextConfiguration: DataSettings {
  public static var kind: String { "text" }
  public static var plural: String { "texts" }
  public static var nameColumn: String { "sample" }

  public var labelPlace: LabelPlace { unit == .file ? .file : .column(labelColumn) }
  public var groupSource: GroupSource? { groupColumn.map { .column($0) } }
  public var summary: String { "\(recipe.summary), up to \(maxTokens) tokens" }

  public var details: [Explanation] {
    let place: String? =
      unit == .file || columns == [TextRecords.textColumn]
      ? nil
      : columns.count == 1
        ? "the text is the column '\(columns[0])'"
        : "the text is the columns \(columns.map { "'\($0)'" }.joined(separator: ", "))"
    return [place, "a \(vocabulary.name) vocabulary of \(vocabulary.count) tokens"].compactMap(\.self).map {
      Explanation($0)
    }
  }

  public var sampleShapes: [[Int]]? { [[maxTokens]] }

  public func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection {
    var configuration = self
    let samples = try Texts.samples(
      places, annotations, unit: unit,
      columns: columns.isEmpty || columns == [TextRecords.textColumn] ? nil : columns,
      labelColumn: labelColumn, groupColumn: groupColumn)
    configuration.columns = samples.columns
    configuration.labelColumn = annotations.labelColumn ?? labelColumn
    configuration.groupColumn = annotations.groupColumn ?? groupColumn
    if case .records(let records, _) = samples.origin {
      let known = { (name: String?) in name.flatMap { records.header.contains($0) ? $0 : nil } }
      configuration.labelColumn = known(configuration.labelColumn)
      configuration.groupColumn = known(configuration.groupColumn)
    }
    return TextCollection(samples, configuration)
  }

  /// The text itself.
  public func queries(_ text: String) throws -> any SampleCollection {
    guard !vocabulary.tokenizer.tokens(of: text).isEmpty else {
      throw DatasetError.unusable(
        "The query '\(visible(text))' has no sign that could be looked for; write some words.")
    }
    return TextCollection(TextSamples(written: [text]), self)
  }

  public func open(_ listing: TextListing) throws -> any SampleCollection {
    try TextCollection(listing.samples(for: self), self)
  }

  public func drawingViews(as other: TextConfiguration) -> TextConfiguration {
    var result = self
    result.recipe = other.recipe
    return result
  }

  public func changed(by options: OptionValues) throws(Refusal) -> TextConfiguration {
    if options[Texts.vocabulary] != nil {
      throw Refusal(
        "vocabulary", nil, "cannot be changed: a run that is made again has that of the first", .leaveOut)
    }
    var result = self
    if let unit = options[Texts.unit] { result.unit = unit }
    if let columns = try Texts.columns(options) {
      guard options[Texts.unit] != .file else {
        throw Refusal.unused(Texts.textColumn.option.name, by: "files that are a text each")
      }
      result.unit = .record
      result.columns = columns
    } else if result.unit == .file {
      result.columns = []
    }
    if let maxTokens = options[Texts.maxTokens] { result.maxTokens = maxTokens }
    try result.recipe.apply(options)
    return result
  }

  /// Few labels profit from few passes.
  public func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning {
    .adapting(to: labelCount, epochs: 10...100, batchSize: 32, weightDecay: 0.01)
  }

  public var usualDraws: Int { 3 }

  public var exportedInput: ExportedInput {
    ExportedInput(
      shape: [maxTokens], isVarying: true, entries: vocabulary.count,
      preparation:
        "A text is divided into the tokens of its \(vocabulary.name) vocabulary, of \(vocabulary.count) entries "
        + "(`\(vocabulary.file)`); the ids of up to \(maxTokens - 2) of them, with \(vocabulary.symbols.first) before and "
        + "\(vocabulary.symbols.last) behind, are the input. Id 0 fills shorter texts of a batch up and is not seen.",
      limits: ["It reads the first \(maxTokens - 2) tokens of a text."])
  }
}

extension TextConfiguration: Validated {
  public func validate() throws(SettingError) {
    try check(maxTokens, in: Self.tokenLimits, "maxTokens")
    if unit == .record, columns.isEmpty {
      throw SettingError("columns", "an empty list", expected: "a list of at least one column")
    }
    try Settings.validate(recipe, under: "recipe")
  }
}

extension TextRecipe {
  /// What a user chose instead.
  mutating func apply(_ options: OptionValues) throws(Refusal) {
    if let least = options[Texts.leastCrop] { leastCrop = least }
    if let most = options[Texts.mostCrop] { mostCrop = most }
    if let share = options[Texts.wordDropout] { wordDropout = share }
    if let alpha = options[Texts.subwordSampling] { subwordSampling = alpha }
    guard leastCrop <= mostCrop else {
      throw Refusal(
        Texts.leastCrop.option.name, leastCrop, "is more than \(plain(mostCrop)), the largest part of a text",
        .change("choose a smaller one", settings: [Texts.leastCrop.option.name, Texts.mostCrop.option.name]))
    }
  }
}
