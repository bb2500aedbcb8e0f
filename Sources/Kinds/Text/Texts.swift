import Backbones
import Foundation
import Learning
import Samples
import Settings

/// Texts: lines, files, columns of a table, fields of JSON lines.
public enum Texts: DataKind {
  public typealias Settings = TextConfiguration

  public static let textColumn = OptionKey<String>(
    "text-column",
    help:
      "Of a table or JSON lines: the column with the texts. Several, separated by commas, are one text; methods that learn from pairs compare the first with the others. Default: the longest that holds sentences.",
    valueName: "names"
  ).ofReading
  public static let unit = OptionKey<TextConfiguration.Unit>(
    "text-unit",
    help:
      "One sample is a record (a line or row) or a file. Default: record for a single file, file for folders and several files."
  ).ofReading
  public static let maxTokens = OptionKey<Int>(
    "max-tokens", in: TextConfiguration.tokenLimits,
    help: "Maximum number of tokens of a text that the network sees. Default: the preset's."
  ).makingRunsLarger
  public static let vocabulary = OptionKey<Int>(
    "vocabulary", in: 300...100_000,
    help:
      "Size of the subword vocabulary that is learned from the texts. Default: 30000 for a bag of embeddings, else 8000.",
    valueName: "tokens"
  ).makingRunsLarger
  public static let leastCrop = OptionKey<Double>(
    "least-crop", in: 0.01...1, help: "The smallest part of a text that a view shows. Default: the preset's."
  ).rare
  public static let mostCrop = OptionKey<Double>(
    "most-crop", in: 0.01...1, help: "The largest part of a text that a view shows. Default: the preset's."
  ).rare
  public static let wordDropout = OptionKey<Double>(
    "word-dropout", in: 0...0.9, help: "Part of the words that a view leaves out. Default: the preset's."
  ).rare
  public static let subwordSampling = OptionKey<Double>(
    "subword-sampling", in: 0...10,
    help:
      "Subword regularisation (alpha): 0 turns it off. Otherwise views draw how words are divided into tokens; lower values draw unlikely divisions more often. Default: the preset's."
  ).rare
  /// Of presets alone.
  package static let corruption = OptionKey<Double>(
    "corruption", in: 0...0.95, help: "Part of the words that are left out.")

  static let usualVocabulary = 8000
  static let usualMaxTokens = 64

  public static var title: String { "texts" }
  public static var summary: String {
    "texts: lines of a .txt file, .txt files in folders, columns of a CSV or TSV file, JSON lines"
  }
  public static var options: [RunOption] {
    [
      textColumn.option, unit.option, maxTokens.option, vocabulary.option, leastCrop.option, mostCrop.option,
      wordDropout.option, subwordSampling.option,
    ]
  }
  public static var plans: [ViewPlan] {
    [.single, .tokensAndWords, .pair, .labelledPair, .cleanAndCorrupted, .related]
  }
  public static var candidates: [MethodName] {
    ["simclr", "vicreg", "barlow-twins", "byol", "masked-tokens", "simcse"]
  }
  public static var usualBackbone: BackboneName { "text-bag" }
  public static var presets: [Preset] { TextPresets.all }

  // MARK: Finding

  /// Text files, and folders most of whose files are texts, are certain; so are tables with a column of sentences and at
  /// most one of numbers.
  public static func claim(_ places: [String]) -> Claim? {
    let kinds = places.map(Place.init)
    if kinds.allSatisfy({ $0 == .textFile || $0 == .jsonLines }) {
      return Claim(.certain, because: "the files are texts by their names")
    }
    if kinds.allSatisfy({ $0 == .folderOfTexts || $0 == .textFile }) {
      return Claim(.certain, because: "most files in the folder are texts by their names")
    }
    guard kinds.allSatisfy({ $0 == .table || $0 == .textFile || $0 == .jsonLines }) else { return nil }
    let tables = zip(places, kinds).filter { $0.1 == .table }.map(\.0)
    if tables.allSatisfy({ (try? TextRecords($0, most: examinedBytes)).map(TextColumns.holdTexts) ?? false }) {
      return Claim(.certain, because: "a column of the table holds sentences, and hardly any numbers")
    }
    return kinds == [.table] ? Claim(.onRequest, because: "a table may hold texts") : nil
  }

  /// So much of a table shows whether it holds texts.
  private static let examinedBytes = 4 << 20

  private enum Place: Equatable {
    case textFile, jsonLines, table, folderOfTexts, other

    init(_ place: String) {
      if let (path, isFolder) = resolve(place), isFolder {
        self = Place.holdsTexts(path) ? .folderOfTexts : .other
        return
      }
      let suffix = TextRecords.suffix(of: place)
      self =
        TextSamples.fileExtensions.contains(suffix)
        ? .textFile
        : TextRecords.jsonExtensions.contains(suffix)
          ? .jsonLines : TextRecords.tableExtensions.contains(suffix) ? .table : .other
    }

    /// So many files of a folder are looked at.
    private static let examined = 1000

    private static func holdsTexts(_ folder: String) -> Bool {
      guard let files = FileManager.default.enumerator(atPath: folder) else { return false }
      var (texts, others, seen) = (0, 0, 0)
      while seen < examined, let name = files.nextObject() as? String {
        guard let dot = name.lastIndex(of: "."), !name.split(separator: "/").contains(where: { $0.hasPrefix(".") })
        else { continue }
        seen += 1
        if TextSamples.fileExtensions.contains(name[name.index(after: dot)...].lowercased()) {
          texts += 1
        } else {
          others += 1
        }
      }
      return texts > others
    }
  }

  /// Reads texts.
  ///
  /// - Parameters:
  ///   - unit: nil for what follows from the places.
  ///   - columns: nil for those that hold sentences.
  ///   - labelColumn, groupColumn: unless the annotations name others.
  static func samples(
    _ places: [String], _ annotations: Annotations, unit: TextConfiguration.Unit?, columns: [String]?,
    labelColumn: String? = nil, groupColumn: String? = nil
  ) throws(DatasetError) -> TextSamples {
    let kinds = places.map(Place.init)
    let isOneFile = places.count == 1 && resolve(places[0]).map { !$0.isFolder } ?? true
    let unit = unit ?? (isOneFile || kinds.contains { $0 == .table || $0 == .jsonLines } ? .record : .file)
    if unit == .record {
      guard places.count == 1 else {
        throw .unusable(
          "Records are read from one file: join \(places.map { "'\($0)'" }.joined(separator: ", ")) into one first, tables "
            + "under a single header.")
      }
      if case .file = annotations.labels { throw .labelsNotProvided(by: annotations.labels ?? .file(""), kind: title) }
      if case .folder = annotations.groups {
        throw .unusable("The records of a file are not in folders; name the column that groups them.")
      }
      let records = try TextRecords(places[0])
      // What a run recorded says nothing about a file that lacks it.
      let known = { (name: String?) in name.flatMap { records.header.contains($0) ? $0 : nil } }
      return try TextSamples(
        records, columns: columns, labelColumn: annotations.labelColumn ?? known(labelColumn),
        groupColumn: annotations.groupColumn ?? known(groupColumn))
    }
    if columns != nil {
      throw .undecided(
        "Files that are a text each have no columns; name one file, or leave the columns out", setting: "text-column")
    }
    let scan = try FileScan(places, extensions: TextSamples.fileExtensions, lookedFor: TextSamples.lookedFor)
    let files = try LabelledFiles(
      scan.files, skipped: scan.skipped, leftOut: scan.leftOut, annotations, kind: TextConfiguration.plural)
    return try TextSamples(files, annotations, isListed: false)
  }

  /// The names that a user listed; nil if there are none.
  static func columns(_ options: OptionValues) throws(Refusal) -> [String]? {
    guard let text = options[textColumn] else { return nil }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { TableCell.trimmed(String($0)) }
    guard names.allSatisfy({ !$0.isEmpty }), Set(names).count == names.count else {
      throw Refusal("text-column", text, "must be different names, separated by commas")
    }
    return names
  }

  public static func source(
    _ places: [String], _ annotations: Annotations, _ options: OptionValues
  ) throws -> any DataSource {
    let samples = try samples(places, annotations, unit: options[unit], columns: columns(options))
    if options[textColumn] != nil, samples.columns == [TextRecords.textColumn],
      case .records(let records, _) = samples.origin,
      records.format == .lines
    {
      throw Refusal.unused(textColumn.option.name, by: "lines of text, which have no columns")
    }
    return TextSource(samples, annotations)
  }
}

/// Texts that were found, with the columns that hold labels and groups.
public struct TextSource: DataSource {
  let samples: TextSamples
  let annotations: Annotations

  init(_ samples: TextSamples, _ annotations: Annotations) {
    self.samples = samples
    self.annotations = annotations
  }

  /// - Parameters:
  ///   - places: a `.txt`, CSV, TSV or JSON-lines file, or folders of `.txt` files.
  ///   - columns: those that hold the text; nil for the one that holds sentences.
  public init(
    _ places: String..., columns: [String]? = nil, annotations: Annotations = Annotations()
  ) throws(DatasetError) {
    self.init(try Texts.samples(places, annotations, unit: nil, columns: columns), annotations)
  }

  public var kind: String { Texts.name }

  public func propose(_ request: DataRequest) throws -> DataProposal {
    guard samples.names.count >= 2 else {
      throw DatasetError.tooFewSamples(count: samples.names.count, lookedFor: TextSamples.lookedFor)
    }
    let preset = try request.preset(usual: TextPresets.usual)
    let defaults = preset.input.options
    var recipe = TextRecipe()
    try recipe.apply(defaults)
    if let share = defaults[Texts.corruption] { recipe.corruption = share }
    try recipe.apply(request.options)
    let start = try TextBeginning(request)
    let size = request.options[Texts.vocabulary] ?? defaults[Texts.vocabulary] ?? Texts.usualVocabulary
    // Of data with a split, the vocabulary is learned from the training part.
    let vocabulary =
      try start?.vocabulary
      ?? Vocabulary(SentencePieceTokenizer.trained(on: trainingIndices.map(samples.text(of:)), size: size))
    let isFile = if case .files = samples.origin { true } else { false }
    let configuration = TextConfiguration(
      unit: isFile ? .file : .record, columns: samples.columns, labelColumn: annotations.labelColumn,
      groupColumn: annotations.groupColumn,
      maxTokens: request.options[Texts.maxTokens] ?? start?.maxTokens ?? defaults[Texts.maxTokens]
        ?? Texts.usualMaxTokens,
      recipe: recipe, vocabulary: vocabulary)
    var choices: [Choice] = []
    if let start {
      choices.append(
        Choice("vocabulary", vocabulary.count, because: "that of \(start.place), whose weights it begins with"))
    } else if vocabulary.count < size {
      choices.append(
        Choice("vocabulary", vocabulary.count, because: "the texts have no more pieces that recur (\(size) allowed)"))
    }
    if request.options[Texts.maxTokens] == nil {
      choices.append(
        Choice(
          "max-tokens", configuration.maxTokens,
          because: start?.maxTokens == nil ? "the preset's" : "that of the weights"))
    }
    let data = TextCollection(samples, configuration)
    let all = trainingIndices
    let different = data.withoutCopies(all).count
    guard different >= 2 else {
      throw DatasetError.unusable(
        "All \(all.count) texts are copies of one, word for word or nearly so: nothing can be learned from them; check "
          + "whether this is the right file or column.")
    }
    let symbols = configuration.vocabulary.symbols
    return DataProposal(
      data: data, preset: preset,
      sizes: [
        "vocabulary": vocabulary.count, "mask": Int(symbols.mask), "first": Int(symbols.first),
        "last": Int(symbols.last),
      ], choices: choices, warnings: different < 200 ? [Self.few(different)] : [],
      backboneOptions: start?.network?.options
        ?? [TextNetworkOptions.entries.option.name: .integer(vocabulary.count)],
      backbone: start?.network == nil ? nil : "bert")
  }

  private static func few(_ count: Int) -> String {
    "only \(count) different texts: what is learned from so few hardly goes beyond the words that they share"
  }

  private var trainingIndices: [Int] {
    guard let splits = samples.labels?.splits else { return Array(samples.names.indices) }
    return splits.indices.filter { splits[$0] == nil || splits[$0] == .train }
  }
}

/// What weights that a run begins with say of its texts.
private struct TextBeginning {
  let place: String
  let vocabulary: Vocabulary
  /// Nil where the preset decides.
  let maxTokens: Int?
  let network: BERT.Configuration?

  /// Nil if the run begins with random weights, or with a file of weights alone.
  init?(_ request: DataRequest) throws {
    guard let beginning = request.beginning else { return nil }
    place = beginning.place
    if let settings = beginning.data?.settings as? TextConfiguration {
      vocabulary = settings.vocabulary
      maxTokens = nil
      network = nil
    } else if SentenceTransformersFolder.isOne(place) {
      let folder = try SentenceTransformersFolder(place)
      vocabulary = folder.vocabulary
      maxTokens = min(folder.maxTokens, TextConfiguration.tokenLimits.upperBound)
      network = folder.network
    } else {
      return nil
    }
    if request.options[Texts.vocabulary] != nil {
      throw Refusal(
        Texts.vocabulary.option.name, nil, "has no meaning beside weights to begin with, which have a vocabulary",
        .leaveOut)
    }
  }
}

extension BERT.Configuration {
  /// What makes this network again.
  fileprivate var options: OptionValues {
    var options = OptionValues()
    options[TextNetworkOptions.entries] = entries
    options[NetworkOptions.width] = width
    options[NetworkOptions.layers] = layers
    options[TextNetworkOptions.heads] = heads
    options[TextNetworkOptions.hiddenWidth] = hiddenWidth
    options[TextNetworkOptions.positions] = positions
    options[TextNetworkOptions.pooling] = pooling
    options[TextNetworkOptions.dropout] = dropout
    options[TextNetworkOptions.normalises] = normalises == true ? 1 : 0
    return options
  }
}

extension TokenizerFailure: Explained {
  package var explanation: Explanation {
    switch self {
    case .vocabularyTooSmall: "\(description) (\(setting: "vocabulary"))"
    default: Explanation(description)
    }
  }
}
