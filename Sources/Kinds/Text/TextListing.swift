import Learning
import Samples

/// The recorded list by which a run finds its texts again.
public struct TextListing: SampleList {
  /// Records of one file.
  struct Records: Codable, Sendable, Equatable {
    let path: String
    let fingerprint: TextRecords.Fingerprint
    /// The indices of the samples among the records of the file.
    let rows: [Int]
  }

  /// One of the two.
  let records: Records?
  let files: FileListing?

  init(_ records: Records) {
    self.records = records
    files = nil
  }

  init(_ files: FileListing) {
    records = nil
    self.files = files
  }

  public var count: Int { records?.rows.count ?? files?.count ?? 0 }
  public var groups: GroupSource? { files?.groups }
  public var labels: String? { files?.labels }
  public var places: [String] { records.map { [$0.path] } ?? files?.places ?? [] }

  public func filePaths(skipped: [String]) -> [String] { files?.filePaths(skipped: skipped) ?? places }

  public var missingPlaces: [String] {
    guard let records else { return files?.missingPlaces ?? [] }
    return resolve(records.path).map { $0.isFolder } ?? true ? [records.path] : []
  }

  /// - Parameter places: the file, or the folder that holds it under its former name; for files, the folders.
  public func moved(to places: [String]) throws(DatasetError) -> TextListing {
    if let files { return TextListing(try files.moved(to: places)) }
    guard let records else { throw .placeNotRecorded }
    guard let place = places.first, places.count == 1 else { throw .notOneTable(places: places) }
    let isFolder = resolve(place)?.isFolder ?? false
    let name = records.path.split(separator: "/").last ?? ""
    let found = try TextRecords(isFolder ? "\(place)/\(name)" : place)
    guard found.fingerprint == records.fingerprint else { throw .changed(path: found.path) }
    return TextListing(Records(path: found.path, fingerprint: records.fingerprint, rows: records.rows))
  }

  public func labelled(by file: String?) -> TextListing {
    files.map { TextListing($0.labelled(by: file)) } ?? self
  }

  /// Records of the same file with the same contents, or the same files.
  public func countShared(with other: TextListing) -> Int {
    if let files, let others = other.files { return files.countShared(with: others) }
    guard let records, let others = other.records, records.fingerprint == others.fingerprint else { return 0 }
    let known = Set(others.rows)
    return records.rows.count(where: known.contains)
  }

  public func prefix(_ count: Int) -> TextListing {
    if let records {
      return TextListing(
        Records(path: records.path, fingerprint: records.fingerprint, rows: Array(records.rows.prefix(count))))
    }
    return files.map { TextListing($0.prefix(count)) } ?? self
  }

  public var contents: UInt64? {
    guard let records else { return files?.contents }
    let rows = records.rows.map(String.init).joined(separator: " ")
    return Samples.fingerprint(of: "\(records.fingerprint.hash) \(rows)".utf8)
  }

  /// Reads the samples again.
  func samples(for configuration: TextConfiguration) throws(DatasetError) -> TextSamples {
    if let files {
      let found = try LabelledFiles(files, kind: TextConfiguration.plural)
      return try TextSamples(found, found.annotations, isListed: true)
    }
    guard let records else { throw .foreignListing(kind: TextConfiguration.plural) }
    let file = try TextRecords(records.path)
    guard file.fingerprint == records.fingerprint, records.rows.allSatisfy(file.indices.contains) else {
      throw .changed(path: records.path)
    }
    return try TextSamples(
      file, columns: configuration.columns, labelColumn: configuration.labelColumn,
      groupColumn: configuration.groupColumn, rows: records.rows)
  }
}
