import Samples
import Settings
import Synchronization

/// Sound files that were found, with what their headers say.
struct SoundFiles: Sendable {
  let labelled: LabelledFiles
  /// One for each file; empty where a run listed them.
  let headers: [SoundFile.Header]

  /// Searches folders and files, and reads the header and looks at the end of each candidate.
  ///
  /// - Parameter fewest: how many files there have to be.
  init(_ places: [String], _ annotations: Annotations, fewest: Int, threads: Int = 2) throws(DatasetError) {
    let scan = try Self.scan(places)
    let found = Headers()
    let checked = try scan.checked(threads: threads, lookedFor: SoundFile.lookedFor, fewest: fewest) { path in
      do throws(SoundProblem) {
        let file = try SoundFile(path: path)
        try file.checkEnd()
        found.byPath.withLock { $0[path] = file.header }
        return nil
      } catch {
        return error.reason
      }
    }
    let headers = found.byPath.withLock { all in
      checked.files.samples.indices.compactMap { all[checked.files.path(of: $0)] }
    }
    self.headers = headers
    labelled = try LabelledFiles(
      checked.files, skipped: checked.skipped, leftOut: scan.leftOut, annotations, kind: SoundConfiguration.plural)
  }

  init(_ listing: FileListing) throws(DatasetError) {
    labelled = try LabelledFiles(listing, kind: SoundConfiguration.plural)
    headers = []
  }

  static func scan(_ places: [String]) throws(DatasetError) -> FileScan {
    try FileScan(
      places, extensions: SoundFile.extensions.union(ForeignSound.extensions), lookedFor: SoundFile.lookedFor,
      verdict: SoundFile.verdict(on:))
  }

  private final class Headers: Sendable {
    let byPath = Mutex<[String: SoundFile.Header]>([:])
  }

  /// In seconds.
  var longest: Double { headers.reduce(0) { max($0, $1.seconds) } }

  /// What 19 of 20 files do not exceed, in seconds.
  var usualLength: Double {
    let lengths = headers.map(\.seconds).sorted()
    return lengths.isEmpty ? 0 : lengths[lengths.count * 19 / 20]
  }

  /// What is said of rates and channels.
  func notes(_ reading: SoundReading) -> [String] {
    var notes: [String] = []
    let others = headers.count { $0.rate != reading.rate }
    let lower = headers.count { $0.rate < reading.rate }
    if others > 0 {
      let low = headers.map(\.rate).min() ?? reading.rate
      notes.append(
        "\(others) of \(headers.count) files \(others == 1 ? "has another rate" : "have other rates") than \(reading.rate) samples a "
          + "second and \(others == 1 ? "is" : "are") changed to it"
          + (lower > 0
            ? "; \(lower) \(lower == 1 ? "has" : "have") fewer, down to \(low), and hold nothing above half of their own."
            : ".")
      )
    }
    let several = headers.count { $0.channels > 1 }
    if several > 0 {
      let rule = reading.mixing == .mean ? "their mean is taken" : "the first is taken"
      notes.append(
        "\(several) of \(headers.count) files \(several == 1 ? "has" : "have") several channels: \(rule).")
    }
    return notes
  }
}

/// How files are cut.
struct SoundCutting: Codable, Sendable, Equatable {
  /// In samples.
  let length: Int
  let stride: Int

  /// The clips of a file of so many samples: one if it is no longer than a clip, otherwise one at every stride. A rest of at
  /// least half a clip is a clip too.
  func clips(of count: Int) -> [Range<Int>] {
    guard count > length else { return [0..<count] }
    var clips: [Range<Int>] = []
    var start = 0
    while start + length <= count {
      clips.append(start..<start + length)
      start += stride
    }
    let rest = max(start, clips.last?.upperBound ?? 0)
    if count - rest >= (length + 1) / 2 { clips.append(rest..<count) }
    return clips
  }
}
