import Learning
import Samples

/// The recorded list by which a run finds its rows again.
public struct TableListing: SampleList {
  package let path: String
  package let fingerprint: TableFile.Fingerprint
  /// The indices of the samples among the rows of the file.
  package let rows: [Int]

  package init(path: String, fingerprint: TableFile.Fingerprint, rows: [Int]) {
    self.path = path
    self.fingerprint = fingerprint
    self.rows = rows
  }

  public var count: Int { rows.count }
  public var places: [String] { [path] }
  public var missingPlaces: [String] { resolve(path).map { $0.isFolder } ?? true ? [path] : [] }

  /// - Parameter places: the table, or the folder that holds it under its former name.
  /// - Throws: `DatasetError.changed` for a table with other contents.
  public func moved(to places: [String]) throws(DatasetError) -> TableListing {
    guard let place = places.first, places.count == 1 else { throw .notOneTable(places: places) }
    let isFolder = resolve(place)?.isFolder ?? false
    let name = path.split(separator: "/").last ?? ""
    let table = try TableFile(isFolder ? "\(place)/\(name)" : place)
    guard table.fingerprint == fingerprint else { throw .changed(path: table.path) }
    return TableListing(path: table.path, fingerprint: fingerprint, rows: rows)
  }

  /// Rows of the same file with the same contents.
  public func countShared(with other: TableListing) -> Int {
    guard fingerprint == other.fingerprint else { return 0 }
    let known = Set(other.rows)
    return rows.count(where: known.contains)
  }

  public func prefix(_ count: Int) -> TableListing {
    TableListing(path: path, fingerprint: fingerprint, rows: Array(rows.prefix(count)))
  }

  public var contents: UInt64? {
    Samples.fingerprint(of: "\(fingerprint.hash) \(rows.map(String.init).joined(separator: " "))".utf8)
  }

  private enum CodingKeys: String, CodingKey { case path, fingerprint, rows }
  /// Version 0.1 recorded a case of an enumeration: {"rows": {"_0": {…}}}.
  private enum FormerKeys: String, CodingKey { case listing = "_0" }

  public init(from decoder: any Decoder) throws {
    var container = try decoder.container(keyedBy: CodingKeys.self)
    if let former = try? container.nestedContainer(keyedBy: FormerKeys.self, forKey: .rows) {
      container = try former.nestedContainer(keyedBy: CodingKeys.self, forKey: .listing)
    }
    path = try container.decode(String.self, forKey: .path)
    fingerprint = try container.decode(TableFile.Fingerprint.self, forKey: .fingerprint)
    rows = try container.decode([Int].self, forKey: .rows)
  }
}
