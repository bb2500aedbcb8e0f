import Backbones
import Learning
import Samples
import Settings

extension TableConfiguration: DataSettings {
  public static var kind: String { "tables" }
  public static var formerKind: String? { "table" }
  public static var plural: String { "table rows" }
  public static var nameColumn: String { "row" }

  public var labelPlace: LabelPlace { .column(labelColumn) }
  public var groupSource: GroupSource? { groupColumn.map { .column($0) } }
  public var summary: String { "\(features.count) columns as \(width) inputs, \(corruption)" }
  public var details: [Explanation] { columnSummary }

  public var sampleShapes: [[Int]]? { [[width]] }

  public func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning {
    .adapting(to: labelCount, epochs: 20...200, batchSize: 128, weightDecay: 0.01)
  }

  public func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection {
    try Tables.requireColumns(annotations)
    var configuration = self
    if let name = annotations.groupColumn { try configuration.group(by: name) }
    return try TableCollection(.single(among: places), configuration, labelColumn: annotations.labelColumn)
  }

  public func open(_ listing: TableListing) throws -> any SampleCollection { try TableCollection(listing, self) }

  public func drawingViews(as other: TableConfiguration) -> TableConfiguration {
    var result = self
    result.corruption = other.corruption
    return result
  }

  /// Groups the rows by a column that is not a feature.
  private mutating func group(by name: String) throws(DatasetError) {
    if features.contains(where: { $0.name == name }) {
      throw .unusable(
        "The run learned from the column '\(name)', so it cannot say which rows belong together; pre-train with this "
          + "column as the group's.")
    }
    for index in columns.indices where columns[index].role == .group {
      columns[index].role = .leftOut(reason: "another column groups the rows")
    }
    if let index = columns.firstIndex(where: { $0.name == name }) {
      columns[index].role = .group
    } else {
      columns.append(TableColumn(name: name, role: .group))
    }
  }

  /// Fine-tuning on a table is quick, and results depend much on which few rows are drawn.
  public var usualDraws: Int { 5 }

  public var exportedInput: ExportedInput {
    ExportedInput(
      shape: [width],
      preparation:
        "A row becomes \(width) numbers; `preprocessing` in the metadata has the encoding of each column:\n\n"
        + columnSummary.map { "- " + markdown("\($0)") }.joined(separator: "\n"),
      metadata: self)
  }
}
