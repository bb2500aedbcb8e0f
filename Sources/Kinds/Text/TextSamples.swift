import Learning
import Samples
import Settings

/// Texts as they were found, with their labels and groups, before they are divided into tokens.
struct TextSamples: Sendable {
  /// Where the texts are.
  enum Origin: Sendable {
    /// Samples are records of one file; with the record of each sample.
    case records(TextRecords, rows: [Int])
    /// Each file is a sample.
    case files(LabelledFiles)
    /// Not from a file: what a user looks for.
    case written
  }

  let origin: Origin
  let names: [String]
  /// The texts of each sample, one for each text column that is not empty.
  let parts: [[String]]
  let labels: Labels?
  let groups: Groups?
  let skipped: [SampleError]
  let leftOut: [LeftOutFiles]
  let notes: [String]
  /// The text columns; empty for files.
  let columns: [String]

  static let lookedFor = "texts (.txt, .csv, .tsv, .jsonl)"
  static let fileExtensions: Set<String> = ["txt", "md", "text"]
  /// So much of a text is read, in bytes: about 250,000 words.
  static let mostBytes = 1_000_000
  static let splitColumn = "split"

  // MARK: Records

  /// - Parameters:
  ///   - columns: nil for those that hold sentences.
  ///   - rows: the records that are samples; nil for all that have a text.
  init(
    _ records: TextRecords, columns named: [String]?, labelColumn: String?, groupColumn: String?, rows: [Int]? = nil
  ) throws(DatasetError) {
    let (columns, note) = try TextColumns.chosen(
      in: records, named: named, others: [labelColumn, groupColumn].compactMap(\.self))
    let places = try records.places(of: columns)
    var kept: [Int] = []
    var parts: [[String]] = []
    var cuts = TextCuts()
    for row in rows ?? Array(records.indices) {
      let cells = places.map { cuts.cut(records.cell(row, $0)) }
      // A pair keeps its places: the first of several may be empty.
      guard cells.contains(where: { !$0.isEmpty }) else { continue }
      kept.append(row)
      parts.append(cells)
    }
    let all = (rows?.count ?? records.count)
    guard kept.count >= 1 else {
      let place = records.format == .lines ? "" : " in \(columns.map { "'\($0)'" }.joined(separator: ", "))"
      throw .unusable("No \(records.unit) of '\(records.place)' holds a text\(place).")
    }
    origin = .records(records, rows: kept)
    self.columns = columns
    self.parts = parts
    names = Self.names(of: records, kept)
    var notes = [note, cuts.note].compactMap(\.self)
    if kept.count < all {
      notes.append(
        "\(all - kept.count) of \(all) \(records.unit)s \(all - kept.count == 1 ? "has" : "have") no text and "
          + "\(all - kept.count == 1 ? "is" : "are") left out.")
    }
    let splits = try Self.splits(in: records, kept, columns)
    if let labelColumn {
      let place = try records.places(of: [labelColumn])[0]
      let reading = LabelReading(kept.map { records.cell($0, place) }, absent: "without one")
      labels = Labels(reading, splits: splits)
    } else {
      labels = splits.map { Labels(kept.map { _ in nil }, splits: $0) }
    }
    if let groupColumn {
      let place = try records.places(of: [groupColumn])[0]
      groups = Groups(kept.map { LabelReading.label(records.cell($0, place)) })
    } else {
      groups = nil
    }
    skipped = []
    leftOut = []
    self.notes = notes
  }

  /// The first column named id, or ending in id, that differs in every record; otherwise "row 1", or "line 1" as the file
  /// counts its lines.
  private static func names(of records: TextRecords, _ rows: [Int]) -> [String] {
    for (column, name) in records.header.enumerated() where name.lowercased().hasSuffix("id") {
      let names = rows.compactMap { records.known($0, column) }
      if names.count == rows.count, Set(names.map(ExactText.init)).count == names.count { return names }
    }
    return rows.map { records.format == .table ? "row \($0 + 1)" : "line \(records.line(of: $0))" }
  }

  private static func splits(
    in records: TextRecords, _ rows: [Int], _ columns: [String]
  ) throws(DatasetError) -> [Labels.Split?]? {
    guard records.format != .lines, !columns.contains(splitColumn),
      let place = records.header.firstIndex(of: splitColumn)
    else { return nil }
    var splits: [Labels.Split?] = []
    for row in rows {
      guard let cell = records.known(row, place) else {
        splits.append(nil)
        continue
      }
      guard let split = Labels.Split(rawValue: cell) else {
        throw records.error(.unknownSplit(cell, known: Labels.Split.allCases.map(\.rawValue)), row: row)
      }
      splits.append(split)
    }
    return splits
  }

  /// Texts that a user wrote.
  init(written texts: [String]) {
    origin = .written
    names = texts
    parts = texts.map { [$0] }
    labels = nil
    groups = nil
    skipped = []
    leftOut = []
    notes = []
    columns = []
  }

  // MARK: Files

  /// Each file is a text. A file that is no text is skipped with a reason.
  init(_ found: LabelledFiles, _ annotations: Annotations, isListed: Bool) throws(DatasetError) {
    var kept: [Int] = []
    var parts: [[String]] = []
    var skipped = found.skipped
    var cuts = TextCuts()
    for sample in 0..<found.count {
      let name = found.files.name(of: sample)
      do throws(DatasetError) {
        let text = try Self.contents(of: found.files.path(of: sample), name)
        guard !text.isEmpty else {
          skipped.append(SampleError(name: name, reason: "holds no text"))
          continue
        }
        parts.append([cuts.cut(text)])
        kept.append(sample)
      } catch {
        skipped.append(SampleError(name: name, reason: "\(error)"))
      }
    }
    guard !kept.isEmpty else { throw .noneReadable(lookedFor: Self.lookedFor, skipped) }
    // What a run listed is numbered as in its list: files that have become unreadable are an error there.
    if isListed, kept.count < found.count { throw .noneReadable(lookedFor: Self.lookedFor, skipped) }
    let files =
      kept.count == found.count
      ? found
      : try LabelledFiles(
        found.files.filtered(Set(kept).contains), skipped: skipped, leftOut: found.leftOut, annotations,
        kind: TextConfiguration.plural)
    origin = .files(files)
    names = files.files.names
    self.parts = parts
    columns = []
    labels = files.labels
    groups = files.groups
    self.skipped = skipped
    leftOut = files.leftOut
    notes = files.notes + [cuts.note].compactMap(\.self)
  }

  private static func contents(of path: String, _ name: String) throws(DatasetError) -> String {
    let bytes: [UInt8]
    do {
      bytes = try CSVReader.bytes(of: path)
    } catch {
      throw .table(error)
    }
    return TableCell.trimmed(String(decoding: try TextEncoding.checked(bytes, of: name), as: UTF8.self))
  }

  /// The whole text of a sample.
  func text(of sample: Int) -> String { parts[sample].filter { !$0.isEmpty }.joined(separator: "\n") }
}

/// Texts so long that only their beginning is read.
private struct TextCuts {
  private var count = 0
  private var longest = 0

  mutating func cut(_ text: String) -> String {
    guard text.utf8.count > TextSamples.mostBytes else { return text }
    count += 1
    longest = max(longest, text.utf8.count)
    var end = text.utf8.index(text.startIndex, offsetBy: TextSamples.mostBytes)
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return String(text[..<end])
  }

  var note: String? {
    guard count > 0 else { return nil }
    return
      "Of \(count == 1 ? "a text" : "\(count) texts") of more than 1 MB (the longest has \(longest / 1_000_000) MB) only the "
      + "first 1 MB is read; divide \(count == 1 ? "it" : "them") into parts if the rest matters."
  }
}
