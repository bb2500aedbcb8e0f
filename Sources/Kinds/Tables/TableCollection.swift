import Learning
import Samples
import Settings

/// The rows of a table, as a collection of samples.
package struct TableCollection: SampleCollection {
  package let tableConfiguration: TableConfiguration
  package let names: [String]
  package let labels: Labels?
  package let groups: Groups?
  package let notes: [String]

  private let table: TableFile
  /// The row in the file of each sample.
  private let fileRows: [Int]
  /// All rows of the file.
  private let rows: TableRows
  /// Where the features are in the file.
  private let featureColumns: [(name: String, place: Int)]

  /// A label column with more values than this is a quantity.
  static let mostClasses = 100

  /// - Parameters:
  ///   - configuration: the fitted configuration, perhaps of another table. The table must have its features.
  ///   - labelColumn: the column of the labels; nil for the one in the configuration.
  ///   - fileRows: the rows that are samples; nil for all.
  /// - Throws: `DatasetError.table` with the line and column that do not fit the configuration.
  package init(
    _ table: TableFile, _ configuration: TableConfiguration, labelColumn: String? = nil, rows fileRows: [Int]? = nil
  ) throws(DatasetError) {
    let fileRows = fileRows ?? Array(table.records.indices)
    var reading = TableReading(table, configuration, counting: fileRows)
    let (labels, labelNote) = try Self.labels(of: table, fileRows, configuration, column: labelColumn)
    let values = try reading.values()
    self.labels = labels
    groups = configuration.groupColumn.flatMap { name in
      table.header.firstIndex(of: name).map { place in
        let cells = table.column(place)
        return Groups(fileRows.map { row in cells[row].flatMap(LabelReading.label) })
      }
    }
    let allNames = Self.names(of: table, configuration)
    names = fileRows.map { allNames[$0] }
    notes = reading.notes + [labelNote].compactMap(\.self)
    rows = TableRows(values: values, features: configuration.features, scaling: configuration.scaling)
    let places = Dictionary(uniqueKeysWithValues: zip(table.header, table.header.indices))
    featureColumns = configuration.features.compactMap { column in places[column.name].map { (column.name, $0) } }
    tableConfiguration = configuration
    self.table = table
    self.fileRows = fileRows
  }

  /// Opens the rows that a run has listed.
  init(_ listing: TableListing, _ configuration: TableConfiguration) throws(DatasetError) {
    let table = try TableFile(listing.path)
    guard table.fingerprint == listing.fingerprint, listing.rows.allSatisfy(table.records.indices.contains) else {
      throw .changed(path: listing.path)
    }
    try self.init(table, configuration, rows: listing.rows)
  }

  package var skipped: [SampleError] { [] }
  package var configuration: DataConfiguration { DataConfiguration(tableConfiguration) }

  package func listing(of indices: [Int]) -> SampleListing {
    SampleListing(
      TableListing(path: table.path, fingerprint: table.fingerprint, rows: indices.map { fileRows[$0] }))
  }

  package func trainingViews(
    _ plan: ViewPlan, of indices: [Int], seed: UInt64
  ) throws(DatasetError) -> any ViewSource {
    let replacing = TableViews.Replacing(corruption: tableConfiguration.corruption, seed: seed)
    let form: TableViews.Form
    switch plan {
    case .pair: form = .pair(replacing)
    case .cleanAndCorrupted: form = .cleanAndCorrupted(replacing)
    case .corruptedMaskAndClean: form = .corruptedMaskAndClean(replacing)
    case .labelledPair:
      return try ClassifiedViews(trainingViews(.pair, of: indices, seed: seed), classes: trainingClasses(of: indices))
    default: throw .planNotProvided(plan: plan.rawValue, kind: Tables.pluralOfData)
    }
    return TableViews(rows, rows: indices.map { fileRows[$0] }, form: form)
  }

  package func evaluationView(of indices: [Int]) -> any ViewSource {
    TableViews(rows, rows: indices.map { fileRows[$0] }, form: .clean)
  }

  package func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask {
    PretextTask(
      "whether some cells of a row were replaced by those of other rows", classCount: 2,
      views: TamperedViews(
        clean: evaluationView(of: indices), tampered: try trainingViews(.pair, of: indices, seed: seed)))
  }

  /// Unchanged rows, because replaced cells may change the class.
  package func supervisedViews(seed: UInt64) -> any ViewSource { evaluationView(of: Array(names.indices)) }

  package var disturbances: [Disturbance.Kind] { [.noise, .missing] }

  package func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource {
    TableViews(rows, rows: indices.map { fileRows[$0] }, form: .disturbed(disturbance, seed: seed))
  }

  package func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?]) {
    if let file { throw .labelsNotProvided(by: .file(file), kind: Tables.pluralOfData) }
    var result: [[Double?]] = []
    for name in columns {
      guard let place = table.header.firstIndex(of: name) else {
        throw table.error(.missingColumns([name], found: table.header))
      }
      if tableConfiguration.features.contains(where: { $0.name == name }) { throw table.error(.featureAsLabel(name)) }
      let numbers = try table.numbers(
        table.column(place), column: name, expected: columns.count == 1 ? "a number" : "0 or 1", parse)
      result.append(fileRows.map { numbers[$0] })
    }
    let splits = try table.splits(in: TableConfiguration.splitColumn)
    return (result, fileRows.map { splits?[$0] })
  }

  /// A hash of the features as they are written in the file.
  package func fingerprint(of sample: Int) -> UInt64? {
    Samples.fingerprint(of: features(of: sample).flatMap { Array($0.text.utf8) + [0] })
  }

  /// Nothing: the whole table is in memory before the run begins.
  package func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double) { (0, 1) }

  /// The features of one sample, as they are written in the file.
  func features(of sample: Int) -> [(name: String, text: String)] {
    featureColumns.map { ($0.name, table.cell(fileRows[sample], $0.place)) }
  }

  /// The first identifier that differs in every row, otherwise "row 1" and so on.
  private static func names(of table: TableFile, _ configuration: TableConfiguration) -> [String] {
    for column in configuration.columns where column.role == .identifier {
      guard let place = table.header.firstIndex(of: column.name) else { continue }
      let names = table.column(place).compactMap(\.self)
      if Set(names.map(ExactText.init)).count == table.count { return names }
    }
    return table.records.indices.map { "row \($0 + 1)" }
  }

  /// The labels of the samples, and a note for the user if the column has none.
  private static func labels(
    of table: TableFile, _ rows: [Int], _ configuration: TableConfiguration, column: String?
  ) throws(DatasetError) -> (labels: Labels?, note: String?) {
    let all = try table.splits(in: TableConfiguration.splitColumn)
    let splits = all.map { all in rows.map { all[$0] } }
    let none = splits.map { Labels(rows.map { _ in nil }, splits: $0) }
    guard let name = column ?? configuration.labelColumn else { return (none, nil) }
    guard let place = table.header.firstIndex(of: name) else {
      if column == nil { return (none, nil) }
      throw table.error(.missingColumns([name], found: table.header))
    }
    if configuration.features.contains(where: { $0.name == name }) { throw table.error(.featureAsLabel(name)) }
    let classes = Set(table.column(place).compactMap(\.self))
    if classes.count > mostClasses {
      return (none, "'\(name)' has \(classes.count) different values: a quantity, not a few classes.")
    }
    let reading = LabelReading(
      rows.map { table.cell($0, place) }, absent: "not in the table", trimmedCount: table.trimmedCounts[place]
    )
    return (Labels(reading, splits: splits), nil)
  }
}

extension TableCollection {
  /// The features as they are written in the file.
  package func preview(of sample: Int, side: Int) -> SamplePreview? {
    .fields(features(of: sample).map { SamplePreview.Field(name: $0.name, value: $0.text) })
  }
}
