import Learning
import Samples

/// The recorded list by which a run finds its series again.
public struct SeriesListing: SampleList {
  /// In their order.
  let files: [SeriesSamples.File]
  /// The places of the samples among all that the files hold, windows counted.
  let samples: [Int]
  public let labels: String?

  init(files: [SeriesSamples.File], samples: [Int], labels: String?) {
    self.files = files
    self.samples = samples
    self.labels = labels
  }

  public var count: Int { samples.count }
  public var places: [String] { files.map(\.path) }
  public var missingPlaces: [String] { places.filter { resolve($0).map { $0.isFolder } ?? true } }

  /// Files that belong to others are read too.
  public func filePaths(skipped: [String]) -> [String] {
    let companions = places.flatMap { path -> [String] in
      guard SeriesFile.format(of: path) == .wfdb, let bytes = try? CSVReader.bytes(of: path) else { return [] }
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      return SeriesFile.companions(of: path, bytes).map { folder + $0 }
    }
    return places + companions + [labels].compactMap(\.self)
  }

  /// - Parameter places: the files in their order, or the folder that holds them under their former names.
  public func moved(to places: [String]) throws(DatasetError) -> SeriesListing {
    var moved: [SeriesSamples.File] = []
    for (index, file) in files.enumerated() {
      let name = file.path.split(separator: "/").last.map(String.init) ?? ""
      let candidates = places.count == files.count ? [places[index]] : places
      let found = candidates.lazy.compactMap { place -> String? in
        guard let (path, isFolder) = resolve(place) else { return nil }
        if !isFolder { return path }
        return resolve("\(path)/\(name)").flatMap { $0.isFolder ? nil : $0.path }
      }.first
      guard let found else {
        throw .otherSamples(places: places, missing: 1, count: files.count, first: [name])
      }
      moved.append(SeriesSamples.File(path: found, byteCount: file.byteCount, hash: file.hash))
    }
    return SeriesListing(files: moved, samples: samples, labels: labels)
  }

  public func labelled(by file: String?) -> SeriesListing {
    SeriesListing(files: files, samples: samples, labels: file.map(absolutePath))
  }

  /// Samples of the same files with the same contents.
  public func countShared(with other: SeriesListing) -> Int {
    guard files.map(\.hash) == other.files.map(\.hash) else { return 0 }
    let known = Set(other.samples)
    return samples.count(where: known.contains)
  }

  public func prefix(_ count: Int) -> SeriesListing {
    SeriesListing(files: files, samples: Array(samples.prefix(count)), labels: labels)
  }

  public var contents: UInt64? {
    let files = files.map { "\($0.byteCount) \($0.hash)" }.joined(separator: "\n")
    return fingerprint(of: "\(files)\n\(samples.map(String.init).joined(separator: " "))".utf8)
  }
}
