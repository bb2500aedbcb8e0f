import Foundation
import Learning
import Samples
import Settings

/// Series as they were found, cut into windows, with their labels and groups.
struct SeriesSamples: Sendable {
  /// By this a run recognises whether a file has changed.
  struct File: Codable, Sendable, Equatable {
    /// Absolute, without symbolic links.
    let path: String
    let byteCount: Int
    /// The 64-bit FNV-1a hash of the bytes in hexadecimal.
    let hash: String
  }

  /// Where a sample is.
  struct Piece: Sendable {
    let recording: Int
    let steps: Range<Int>
  }

  let files: [File]
  let recordings: [SeriesRecording]
  let channels: [String]
  let pieces: [Piece]
  let names: [String]
  let labels: Labels?
  let groups: Groups?
  let skipped: [SampleError]
  let leftOut: [LeftOutFiles]
  let notes: [String]
  let warnings: [String]
  /// The file with the labels, absolute; nil if there is none.
  let labelFile: String?
  let reading: SeriesReading
  /// The places of the samples among all of their files, where a run listed some; nil for all.
  let kept: [Int]?

  /// More values of one sample would need gigabytes for a batch.
  static let mostValues = 1 << 18

  static let extensions: Set<String> = ["ts", "npy", "npz", "edf", "bdf", "hea"]
  static let tableExtensions: Set<String> = ["csv", "tsv", "tab"]

  /// - Parameters:
  ///   - places: files, and folders that hold them.
  ///   - kept: those of all samples that are wanted, by their places; nil for all.
  ///   - known: the files as a run recorded them; nil if they were looked for.
  init(
    _ places: [String], _ reading: SeriesReading, labels labelFile: String? = nil, keeping kept: [Int]? = nil,
    knownAs known: [File]? = nil
  ) throws(DatasetError) {
    let (paths, leftOut) = try Self.paths(of: places, reading)
    let stems = paths.map { SeriesFile.stem(of: $0.place) }
    let splits = Self.splits(of: stems)
    var files: [File] = []
    var recordings: [SeriesRecording] = []
    var channels: [String] = []
    var skipped: [SampleError] = []
    var notes: [String] = []
    var stamps = TimeStampSurvey()
    for (index, (path, place)) in paths.enumerated() {
      let bytes: [UInt8]
      do {
        bytes = try CSVReader.bytes(of: path)
      } catch {
        throw .table(error)
      }
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      var companions: [[UInt8]] = []
      for name in SeriesFile.companions(of: place, bytes) {
        do {
          companions.append(try CSVReader.bytes(of: folder + name))
        } catch {
          throw .table(error)
        }
      }
      let file = File(
        path: path, byteCount: companions.reduce(bytes.count) { $0 + $1.count },
        hash: ([bytes] + companions).map { String(Samples.fingerprint(of: $0), radix: 16) }.joined(separator: "-"))
      if let known, known[index].hash != file.hash || known[index].byteCount != file.byteCount {
        throw .unusable(
          "'\(visible(path))' has changed since the run began, so that going on with it would mix two sets of series: put the "
            + "old file back, or start a new run.")
      }
      files.append(file)
      var contents = try SeriesFile.contents(of: place, bytes, companions: companions, reading)
      if index == 0 { channels = contents.channels }
      guard contents.channels.count == channels.count else {
        throw .unusable(
          "'\(visible(place))' has \(Figure.counted(contents.channels.count, "channel")), and '\(visible(paths[0].place))' has "
            + "\(channels.count): series that are learned from together have the same channels.")
      }
      let isOne = reading.hasStepsInRows || SeriesFile.format(of: place)?.isOneRecording ?? false
      for series in contents.series.indices {
        let own = contents.series[series].name
        if paths.count > 1 {
          contents.series[series].name =
            isOne && contents.series.count == 1 && own == "1" ? stems[index] : "\(stems[index]) \(own)"
        } else if Int(own) != nil {
          contents.series[series].name = "series \(own)"
        }
        if let split = splits[index] { contents.series[series].split = split }
      }
      recordings += contents.series
      skipped += contents.skipped
      stamps.add(contents.stamps)
      for note in contents.notes where !notes.contains(note) { notes.append(note) }
    }
    notes += stamps.notes
    if Set(recordings.map { ExactText($0.name) }).count < recordings.count {
      for index in recordings.indices { recordings[index].name += " (\(index + 1))" }
    }
    if let labelFile {
      try SeriesLabels.apply(
        labelFile, to: &recordings, groupColumn: reading.groupColumn,
        ofSteps: reading.readsSteps ? channels.count : nil)
    }
    try self.init(
      files, recordings, channels, reading, skipped: skipped, leftOut: leftOut, notes: notes,
      labelFile: labelFile.map(absolutePath), keeping: kept)
  }

  private init(
    _ files: [File], _ recordings: [SeriesRecording], _ channels: [String], _ reading: SeriesReading,
    skipped: [SampleError], leftOut: [LeftOutFiles], notes: [String], labelFile: String?, keeping kept: [Int]?
  ) throws(DatasetError) {
    var (skipped, notes) = (skipped, notes)
    var windows = try SeriesWindows(reading.window)
    var pieces: [Piece] = []
    for (index, recording) in recordings.enumerated() {
      if let problem = recording.problem(channels: channels.count) {
        skipped.append(SampleError(name: recording.name, reason: problem))
        continue
      }
      let steps = recording.values.count / channels.count
      pieces += try windows.cut(recording, steps: steps, &skipped).map { Piece(recording: index, steps: $0) }
    }
    guard !pieces.isEmpty else { throw .noneReadable(lookedFor: SeriesFile.lookedFor, skipped) }
    if let kept {
      guard kept.allSatisfy(pieces.indices.contains) else {
        throw .unusable("The files of the run do not hold the series any more that it lists: put the old files back.")
      }
      pieces = kept.map { pieces[$0] }
    }
    let longest = pieces.reduce(0) { max($0, $1.steps.count) }
    guard reading.readsSteps || longest * channels.count <= Self.mostValues else {
      throw .unusable(
        "The longest of the series has \(longest) steps of \(Figure.counted(channels.count, "channel")), and at most "
          + "\(Self.mostValues) values pass the network at once: cut the series into windows (window).")
    }
    notes += windows.notes(recordings: recordings.count)
    let isCut = reading.window != nil
    names = pieces.map { piece in
      let name = recordings[piece.recording].name
      return isCut ? "\(name) \(piece.steps.lowerBound + 1)-\(piece.steps.upperBound)" : name
    }
    let splits = pieces.map { recordings[$0.recording].split }
    let hasSplits = splits.contains { $0 != nil }
    // Steps have labels there, and recordings none.
    let hasLabels = !reading.readsSteps && recordings.contains { $0.label != nil || $0.stepLabels != nil }
    var mixed = 0
    let written = pieces.map { piece -> String? in
      let recording = recordings[piece.recording]
      guard hasLabels, let labels = recording.stepLabels else { return recording.label }
      let own = labels[piece.steps]
      if let first = own.first, own.allSatisfy({ LabelReading.isSame($0, first) }) { return first }
      mixed += 1
      return nil
    }
    if mixed > 0 {
      notes.append(
        "\(mixed) of \(pieces.count) windows \(mixed == 1 ? "holds" : "hold") a change of the label and \(mixed == 1 ? "has" : "have") none."
      )
    }
    labels =
      hasLabels
      ? Labels(LabelReading(written, absent: "without one"), splits: hasSplits ? splits : nil)
      : hasSplits ? Labels(pieces.map { _ in nil }, splits: splits) : nil
    let hasGroups = recordings.contains { $0.group != nil }
    groups =
      hasGroups
      ? Groups(pieces.map { recordings[$0.recording].group ?? recordings[$0.recording].name })
      : isCut && recordings.count > 1 ? Groups(pieces.map { recordings[$0.recording].name }) : nil
    if let sentence = Self.missing(pieces, recordings, channels: channels.count) { notes.append(sentence) }
    var warnings: [String] = []
    if let sentence = Self.constant(pieces, recordings, channels: channels.count) { warnings.append(sentence) }
    self.warnings = warnings
    self.files = files
    self.recordings = recordings
    self.channels = channels
    self.pieces = pieces
    self.skipped = skipped
    self.leftOut = leftOut
    self.notes = notes
    self.labelFile = labelFile
    self.reading = reading
    self.kept = kept
  }

  // MARK: Files

  private static func paths(
    of places: [String], _ reading: SeriesReading
  ) throws(DatasetError) -> (paths: [(path: String, place: String)], leftOut: [LeftOutFiles]) {
    if let place = places.first(where: { SeriesFile.advice(for: $0) != nil }),
      let advice = SeriesFile.advice(for: place)
    {
      throw .unusable(advice)
    }
    var paths: [(path: String, place: String)] = []
    var leftOut: [LeftOutFiles] = []
    var headers = FolderHeaders()
    for place in places {
      guard let (path, isFolder) = resolve(place) else { throw .noSuchFile(path: place) }
      guard isFolder else {
        paths.append((path, place))
        continue
      }
      let scan = try FileScan(
        [place], extensions: reading.hasStepsInRows ? extensions.union(tableExtensions) : extensions,
        lookedFor: SeriesFile.lookedFor
      ) { headers.name($0) ? .partOfAnother : .anotherKind }
      leftOut += scan.leftOut
      for sample in scan.files.samples.indices {
        let found = scan.files.path(of: sample)
        paths.append((found, found))
      }
    }
    return (paths, leftOut)
  }

  /// Archives name two files …_TRAIN and …_TEST; where both are given, they are the parts of the data.
  private static func splits(of stems: [String]) -> [Labels.Split?] {
    let known = Set(stems.map { $0.uppercased() })
    return stems.map { stem in
      let name = stem.uppercased()
      if name.hasSuffix("_TRAIN"), known.contains(name.dropLast(6) + "_TEST") { return .train }
      if name.hasSuffix("_TEST"), known.contains(name.dropLast(5) + "_TRAIN") { return .test }
      return nil
    }
  }

  // MARK: What is said

  private static func missing(_ pieces: [Piece], _ recordings: [SeriesRecording], channels: Int) -> String? {
    var (missing, all, samples) = (0, 0, 0)
    for piece in pieces {
      let values = recordings[piece.recording].values
      let own = values[piece.steps.lowerBound * channels..<piece.steps.upperBound * channels].count(where: \.isNaN)
      missing += own
      samples += own > 0 ? 1 : 0
      all += piece.steps.count * channels
    }
    guard missing > 0 else { return nil }
    return
      "\(Figure.percent(Double(missing) / Double(all))) of the values are missing, in \(samples) of \(pieces.count) series; a step that "
      + "lacks a value is hidden from the network."
  }

  private static func constant(_ pieces: [Piece], _ recordings: [SeriesRecording], channels: Int) -> String? {
    let count = pieces.count { piece in
      let values = recordings[piece.recording].values[
        piece.steps.lowerBound * channels..<piece.steps.upperBound * channels]
      return (0..<channels).allSatisfy { channel in
        var first: Float?
        for place in stride(from: values.startIndex + channel, to: values.endIndex, by: channels) {
          let value = values[place]
          if value.isNaN { continue }
          if let first, first != value { return false }
          first = value
        }
        return true
      }
    }
    guard count > 0 else { return nil }
    return
      "\(count) of \(pieces.count) series \(count == 1 ? "has" : "have") the same value at every step: there is nothing to learn "
      + "from \(count == 1 ? "it" : "them")"
  }

  /// The values of a sample, [steps, channels] row by row.
  func values(of sample: Int) -> ArraySlice<Float> {
    let piece = pieces[sample]
    return recordings[piece.recording].values[
      piece.steps.lowerBound * channels.count..<piece.steps.upperBound * channels.count]
  }

  func length(of sample: Int) -> Int { pieces[sample].steps.count }

  var longest: Int { pieces.reduce(0) { max($0, $1.steps.count) } }
}

/// Cuts series into windows, and counts what it does.
private struct SeriesWindows {
  private let window: SeriesWindow?
  private var count = 0
  private var shorter = 0
  private var rest = 0
  private var lengths: Set<Int> = []

  init(_ window: SeriesWindow?) throws(DatasetError) { self.window = window }

  /// The pieces of a series: windows of full length, from its first step on; one that is shorter is skipped.
  mutating func cut(
    _ recording: SeriesRecording, steps: Int, _ skipped: inout [SampleError]
  ) throws(DatasetError) -> [Range<Int>] {
    guard let window else { return [0..<steps] }
    guard let length = window.length.steps(at: recording.rate),
      let stride = (window.stride ?? window.length).steps(at: recording.rate)
    else {
      throw .unusable(
        "Windows are given in seconds, and nothing says how many steps a second '\(visible(recording.name))' has: name the "
          + "column of the time (time-column) or the rate, or give windows in steps.")
    }
    guard length >= 2 else {
      throw .unusable(
        "A window of \(window.length.text) is \(Figure.counted(length, "step")) long, and a series needs at least 2.")
    }
    guard steps >= length else {
      skipped.append(
        SampleError(
          name: recording.name, reason: "is shorter than a window: \(steps) steps, where a window has \(length)"))
      return []
    }
    lengths.insert(length)
    let pieces = Swift.stride(from: 0, through: steps - length, by: stride).map { $0..<$0 + length }
    count += pieces.count
    rest += steps - (pieces.last?.upperBound ?? 0)
    return pieces
  }

  func notes(recordings: Int) -> [String] {
    guard window != nil, let least = lengths.min(), let most = lengths.max() else { return [] }
    let length = least == most ? "\(most)" : "\(least) to \(most)"
    return [
      "\(Figure.counted(recordings, "recording")) cut into \(Figure.counted(count, "window")) of \(length) steps; windows of one recording are never "
        + "divided between training and test"
        + (rest > 0 ? ", and \(Figure.counted(rest, "step")) at the ends belong to none." : ".")
    ]
  }
}
