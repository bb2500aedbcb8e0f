import Files
import Foundation
import Samples
import Training

/// A CSV of predictions that grows batch by batch, and that is continued after a kill.
///
/// Until it is finished it is called OUT.csv.part, and OUT.csv.part.json beside it says of which model and data it is. Rows
/// come in the order of the samples, those of a batch by one write.
package final class PredictionTable {
  /// What has to be the same for a file to be continued.
  package struct Identity: Codable, Sendable, Equatable {
    package var run: String
    /// CRC-32 of the network with its head.
    package var model: UInt32
    /// CRC-32 of the names of all samples.
    package var samples: UInt32
    /// `SampleCollection.contents`.
    package var contents: UInt64?
    package var header: String
    package var batchSize: Int

    /// What distinguishes it from another, as the subject of "changed".
    fileprivate func difference(from other: Identity) -> String {
      samples != other.samples
        ? "The list of samples" : contents != other.contents ? "What the samples hold" : "The model or its options"
    }
  }

  package let path: String
  /// The first sample that no row is about yet; all before it are done.
  package let firstSample: Int
  /// How many rows stood there already.
  package let keptRows: Int
  package private(set) var rows: Int
  /// Why an unfinished table was not gone on with, a sentence; nil where there was none, or it was.
  package let discarded: String?
  private let part: String
  private let replaces: Bool
  private let file: OpenFile

  private static let newline = UInt8(ascii: "\n")
  private static let quote = UInt8(ascii: "\"")

  /// Starts the table, or continues it.
  ///
  /// - Parameters:
  ///   - names: of all samples, in order.
  ///   - replaces: whether files of these names that no such table left are replaced, now and at the end.
  /// - Throws: `RepresentationExportError` where it cannot be written; so do the other calls.
  package init(_ path: String, identity: Identity, names: [String], replaces: Bool = true) throws {
    self.path = path
    self.replaces = replaces
    part = path + ".part"
    // Refuses what can never become a file, in the words of other outputs.
    _ = try OutputFile(path)
    let kept: (bytes: Int?, rows: Int, next: Int)
    var discarded: String?
    do {
      if !replaces, !Self.isUnfinished(path), let found = Self.unfinishedFiles(path).first(where: isTaken) {
        throw FileFailure(path: found, reason: "it has appeared in the meantime, and is kept; choose another name")
      }
      file = try Self.held(part, for: path)
      kept = Self.kept(of: try file.contents(), part, identity, names)
      if let bytes = kept.bytes {
        try file.cut(to: bytes)
      } else {
        if let former = Self.identity(of: part), former != identity {
          discarded =
            "\(former.difference(from: identity)) changed since '\(path)' was begun: its rows are not kept, and the table "
            + "is begun anew."
        }
        try Self.begin(file, identity)
      }
    } catch let failure as FileFailure {
      throw RepresentationExportError(failure)
    }
    rows = kept.rows
    self.discarded = discarded
    keptRows = kept.rows
    firstSample = kept.next
  }

  /// The unfinished table, empty where there was none, held for this process: two commands at the same table would mix their
  /// rows. Where there are no locks, the user has to see to it.
  private static func held(_ part: String, for path: String) throws(FileFailure) -> OpenFile {
    let file = try OpenFile.made(part)
    // While this command waited for its turn, the other may have finished the table, which has another name then.
    guard file.lock(), file.isInItsPlace else {
      throw FileFailure(path: path, reason: "another process is writing it; wait until it has ended")
    }
    return file
  }

  /// Empties the table. Rows of another model are gone before the new model is recorded: otherwise a kill could leave them under
  /// this model's identity.
  private static func begin(_ file: OpenFile, _ identity: Identity) throws {
    try file.cut(to: 0)
    try file.synchronize()
    try writeFile(JSONEncoder().encode(identity), to: file.path + ".json")
    try file.write(Data((identity.header + "\n").utf8))
    try synchronizeFolder(ofFile: file.path)
  }

  /// The files that a table is in until it is whole.
  package static func unfinishedFiles(_ path: String) -> [String] { [path + ".part", path + ".part.json"] }

  /// Whether a table was begun and not finished.
  package static func isUnfinished(_ path: String) -> Bool {
    // It is made empty before anything is known of it.
    if FileManager.default.contents(atPath: path + ".part")?.isEmpty == true { return true }
    return identity(of: path + ".part") != nil
  }

  private static func identity(of part: String) -> Identity? {
    FileManager.default.contents(atPath: part + ".json").flatMap { try? JSONDecoder().decode(Identity.self, from: $0) }
  }

  /// How much of a file can be continued: its bytes and rows, and the sample that comes next; nil bytes for nothing.
  private static func kept(
    of data: Data, _ part: String, _ identity: Identity, _ names: [String]
  ) -> (bytes: Int?, rows: Int, next: Int) {
    guard Self.identity(of: part) == identity else { return (nil, 0, 0) }
    // Where each whole line ends; a quoted name may hold line breaks of its own.
    var ends: [Int] = []
    var isQuoted = false
    for (place, byte) in data.enumerated() {
      if byte == quote { isQuoted.toggle() }
      if byte == newline, !isQuoted { ends.append(place + 1) }
    }
    guard let last = ends.last, let table = try? CSVReader(bytes: Array(data[..<last]), file: part),
      table.records.count == ends.count - 1, String(decoding: data[..<(ends[0] - 1)], as: UTF8.self) == identity.header
    else { return (nil, 0, 0) }
    let index = Dictionary(names.indices.map { (ExactText(names[$0]), $0) }) { first, _ in first }
    let samples = table.records.compactMap { $0.fields.first.flatMap { index[ExactText($0)] } }
    guard samples.count == table.records.count, zip(samples, samples.dropFirst()).allSatisfy({ $0 < $1 }) else {
      return (nil, 0, 0)
    }
    guard let latest = samples.last else { return (ends[0], 0, 0) }
    // A batch that is not seen to be whole is made again, so that samples stand in the batches they would have stood in.
    let next = (latest + 1) / identity.batchSize * identity.batchSize
    let whole = latest + 1 == names.count ? names.count : next
    let rows = samples.count { $0 < whole }
    return (ends[rows], rows, whole)
  }

  package func append(_ lines: [String]) throws(RepresentationExportError) {
    do throws(FileFailure) {
      try file.write(Data(lines.map { $0 + "\n" }.joined().utf8))
    } catch {
      throw RepresentationExportError(error)
    }
    rows += lines.count
  }

  /// Gives the file its name.
  package func finish() throws(RepresentationExportError) {
    do throws(FileFailure) {
      try file.synchronize()
      try file.close()
      try moveTogether([(part, path)], keeping: replaces ? [] : [path])
    } catch {
      throw RepresentationExportError(error)
    }
    // The table is there; what is left of its making is no reason to say otherwise.
    try? removeFile(part + ".json")
  }
}
