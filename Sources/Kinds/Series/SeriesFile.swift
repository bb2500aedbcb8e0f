import Samples
import Settings

/// The files that hold series, by their endings.
enum SeriesFile {
  enum Format: Sendable {
    case ts, array, archive, table, edf, wfdb

    /// Whether a file holds one recording, whose name is then that of the file.
    var isOneRecording: Bool { self == .edf || self == .wfdb }
    /// Whether its channels have names, of which some can be chosen.
    var namesChannels: Bool { self == .table || isOneRecording }
  }

  static let lookedFor = "series (.ts, .npy, .npz, .csv, .edf, .bdf, .hea)"

  static func format(of place: String) -> Format? {
    switch suffix(of: place) {
    case "ts": .ts
    case "npy": .array
    case "npz": .archive
    case "csv", "tsv", "tab": .table
    case "edf", "bdf": .edf
    case "hea": .wfdb
    default: nil
    }
  }

  /// Endings of files that hold series and are not read, with what to do instead.
  static func advice(for place: String) -> String? {
    switch suffix(of: place) {
    case "parquet", "pq":
      "Parquet files are not read: '\(place)' becomes a CSV by python3 -c \"import pandas; "
        + "pandas.read_parquet('\(name(of: place))').to_csv('\(stem(of: place)).csv', index=False)\"."
    case "feather", "arrow":
      "Arrow files are not read: '\(place)' becomes a CSV by python3 -c \"import pandas; "
        + "pandas.read_feather('\(name(of: place))').to_csv('\(stem(of: place)).csv', index=False)\"."
    case "mat":
      "MATLAB files are not read: '\(place)' becomes an archive of arrays by python3 -c \"import scipy.io, numpy; "
        + "numpy.savez('\(stem(of: place)).npz', **{k: v for k, v in scipy.io.loadmat('\(name(of: place))').items() if k[0] != '_'})\"."
    case "dat":
      "The samples of a record are read by its header: give '\(stem(of: place)).hea' beside '\(place)'."
    case "arff": "ARFF files are not read: the archive of '\(place)' offers the same series as .ts, which is."
    default: nil
    }
  }

  static func suffix(of place: String) -> String {
    let name = name(of: place)
    return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
  }

  /// The name of the file without its ending.
  static func stem(of place: String) -> String {
    let name = name(of: place)
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  private static func name(of place: String) -> String { place.split(separator: "/").last.map(String.init) ?? place }

  /// The names of files beside one that belong to it, such as the samples of a header.
  static func companions(of place: String, _ bytes: [UInt8]) -> [String] {
    format(of: place) == .wfdb ? WFDBRecord.signalFiles(bytes) : []
  }

  /// - Parameters:
  ///   - place: as the user wrote it, for errors.
  ///   - bytes: the contents of the file.
  ///   - companions: the contents of the files that belong to it, in their order.
  static func contents(
    of place: String, _ bytes: [UInt8], companions: [[UInt8]] = [], _ reading: SeriesReading
  ) throws(DatasetError) -> SeriesFileContents {
    guard !bytes.isEmpty else { throw .unusable("'\(place)' is an empty file.") }
    switch format(of: place) {
    case .ts: return try TSFile(bytes, place).contents
    case .array: return try SeriesArrays.contents(of: NumpyArray(bytes, place), place, reading)
    case .archive: return try SeriesArrays.contents(ofArchive: bytes, place, reading)
    case .table:
      return reading.hasStepsInRows
        ? try SeriesTable(bytes, place).steps(reading) : try SeriesTable(bytes, place).rows(reading)
    case .edf: return try EDFFile(bytes, place, reading).contents
    case .wfdb: return try WFDBRecord(bytes, place, samples: companions, reading).contents
    case nil:
      throw .unusable(advice(for: place) ?? "'\(place)' is not one of the files that hold \(lookedFor).")
    }
  }
}
