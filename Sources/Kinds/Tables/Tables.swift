import Backbones
import Learning
import Samples
import Settings

/// Tables: CSV and TSV files whose rows are samples, such as patient records.
public enum Tables: DataKind {
  public typealias Settings = TableConfiguration

  /// The name of the data for users; `TableConfiguration.plural` names the rows.
  static var pluralOfData: String { "tables" }

  // Only presets set these options: how views of rows are made.
  static let replacedShare = OptionKey<Double>("replaced-share", in: 0...1, help: "Part of the columns replaced.")
  static let replaces = OptionKey<String>(
    "replaces", oneOf: ["exactly", "each"], help: "Exactly that part of each row, or each column with that probability."
  )
  static let scaling = OptionKey<NumberEncoding.Scaling>("scaling", help: "How numbers are scaled.")

  public static var summary: String { "a table, a CSV or TSV file: each row is a sample" }
  public static var presets: [Preset] { TablePresets.all }
  public static var plans: [ViewPlan] {
    [.pair, .labelledPair, .cleanAndCorrupted, .corruptedMaskAndClean]
  }
  public static var candidates: [MethodName] { ["scarf", "vime", "simclr", "vicreg", "barlow-twins", "byol"] }
  public static var usualBackbone: BackboneName { "mlp" }

  public static func claim(_ places: [String]) -> Claim? {
    places.contains(where: TableFile.isTable) ? Claim(.certain, because: "a file ends in .csv, .tsv or .tab") : nil
  }

  public static func source(
    _ places: [String], _ annotations: Annotations, _ options: OptionValues
  ) throws -> any DataSource {
    try requireColumns(annotations)
    return TableSource(try TableFile.single(among: places), annotations)
  }

  /// Labels and groups of rows must be columns of the table.
  static func requireColumns(_ annotations: Annotations) throws(DatasetError) {
    if case .file = annotations.labels {
      throw .labelsNotProvided(by: annotations.labels ?? .file(""), kind: pluralOfData)
    }
    if case .folder = annotations.groups {
      throw .unusable("The rows of a table are not in folders; name the column that groups them.")
    }
  }
}

extension NumberEncoding.Scaling: OptionConvertible {}

/// A table, with the columns that hold labels and groups.
public struct TableSource: DataSource {
  package let table: TableFile
  public let annotations: Annotations

  package init(_ table: TableFile, _ annotations: Annotations = Annotations()) {
    self.table = table
    self.annotations = annotations
  }

  /// - Parameters:
  ///   - labelColumn: the column of the labels, which is not a feature; nil if the table has none.
  ///   - groupColumn: the column of the groups, which is not a feature either.
  public init(_ path: String, labelColumn: String? = nil, groupColumn: String? = nil) throws(DatasetError) {
    self.init(
      try TableFile(path),
      Annotations(labels: labelColumn.map { .column($0) }, groups: groupColumn.map { .column($0) }))
  }

  public var kind: String { Tables.name }

  public func propose(_ request: DataRequest) throws -> DataProposal {
    let preset = try request.preset(usual: "scarf")
    let options = preset.input.options
    let share = options[Tables.replacedShare] ?? 0.3
    let configuration = try TableConfiguration(
      fitting: table, labelColumn: annotations.labelColumn, groupColumn: annotations.groupColumn,
      scaling: options[Tables.scaling] ?? .standard,
      corruption: options[Tables.replaces] == "each" ? .each(probability: share) : .exactly(share: share))
    let data = try TableCollection(table, configuration)
    let columns = configuration.features.count
    guard columns >= 2 else {
      throw Refusal(
        "'\(configuration.features[0].name)' is the only column to learn from, and a view replaces some of at "
          + "least 2; found: " + configuration.columnSummary.map(\.description).joined(separator: "; "))
    }
    return DataProposal(
      data: data, preset: preset, sizes: ["inputs": configuration.width, "columns": columns], precision: .float32)
  }
}
