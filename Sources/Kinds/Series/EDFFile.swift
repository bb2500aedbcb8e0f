import Samples
import Settings

/// A recording in the European Data Format (EDF, Kemp et al. 1992; EDF+, Kemp and Olivan 2003) or its 24-bit relative BDF.
///
/// Signals of different rates are brought to that of the fastest: a slower one keeps each value until its next. Annotations
/// that last a while are labels of their steps.
///
/// Read here and not by EDFlib, which opens files by their paths alone and refuses many that differ from the standard in a
/// field that is not needed.
struct EDFFile {
  let contents: SeriesFileContents

  /// More values would need gigabytes.
  static let mostValues = 1 << 28

  private struct Signal {
    let label: String
    let least, most: Double
    let digitalLeast, digitalMost: Double
    /// In a data record.
    let samples: Int
    /// Bytes from the beginning of a data record.
    let start: Int
  }

  private struct Annotation {
    let onset, duration: Double
    let text: String
  }

  /// - Throws: `DatasetError.unusable`
  init(_ bytes: [UInt8], _ place: String, _ reading: SeriesReading) throws(DatasetError) {
    func fail(_ reason: String) -> DatasetError { .unusable("'\(visible(place))' \(reason).") }
    let is24Bit = bytes.first == 0xFF
    let head = is24Bit ? [0xFF] + Array("BIOSEMI".utf8) : Array("0       ".utf8)
    guard bytes.count >= 256, bytes.starts(with: head) else {
      throw fail("is no EDF or BDF file: it lacks the beginning that such files have")
    }
    let width = is24Bit ? 3 : 2
    func field(_ start: Int, _ length: Int) -> String {
      TableCell.trimmed(String(decoding: bytes[start..<start + length].map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self))
    }
    func number(_ start: Int, _ what: String) throws(DatasetError) -> Double {
      let text = field(start, 8)
      guard let value = TableCell.number(text), abs(value) <= TableCell.greatest else {
        throw fail("has a damaged header: '\(visible(text))' stands for \(what)")
      }
      return value
    }
    func whole(
      _ start: Int, _ length: Int, _ range: ClosedRange<Int>, _ what: String
    ) throws(DatasetError) -> Int {
      let text = field(start, length)
      guard let value = Int(text, radix: 10), range.contains(value) else {
        throw fail("has a damaged header: '\(visible(text))' stands for \(what)")
      }
      return value
    }
    let count = try whole(252, 4, 1...SeriesConfiguration.mostChannels, "the number of signals")
    let headerCount = 256 * (count + 1)
    guard bytes.count >= headerCount else { throw fail("is cut off within its header") }
    let duration = try number(244, "the duration of a data record")
    let written = try whole(236, 8, -1...1_000_000_000, "the number of data records")
    guard duration >= 0 else { throw fail("has a damaged header: a data record lasts \(plain(duration)) seconds") }

    var signals: [Signal] = []
    var annotated: [(start: Int, count: Int)] = []
    var recordSize = 0
    for index in 0..<count {
      /// Fields of all signals stand together.
      func at(_ before: Int, _ length: Int) -> Int { 256 + before * count + length * index }
      let label = field(at(0, 16), 16)
      let samples = try whole(at(216, 8), 8, 1...10_000_000, "the samples of a data record")
      if label == "EDF Annotations" || label == "BDF Annotations" {
        annotated.append((recordSize, samples * width))
      } else {
        let own = "signal \(index + 1)"
        signals.append(
          Signal(
            label: label.isEmpty ? own : label, least: try number(at(104, 8), "the least value of \(own)"),
            most: try number(at(112, 8), "the greatest value of \(own)"),
            digitalLeast: try number(at(120, 8), "the least number of \(own)"),
            digitalMost: try number(at(128, 8), "the greatest number of \(own)"), samples: samples, start: recordSize))
      }
      recordSize += samples * width
    }
    guard !signals.isEmpty else { throw fail("holds annotations and no signal") }
    let held = (bytes.count - headerCount) / recordSize
    guard written <= held else {
      throw fail(
        "is cut off: its header names \(Figure.counted(written, "data record")), and it holds \(held)")
    }
    let records = written < 0 ? held : written
    guard records > 0 else { throw fail("holds no data record") }

    var notes: [String] = []
    let names = Self.distinct(signals.map(\.label))
    let chosen = try Self.chosen(
      names, reading, place, isTrigger: is24Bit ? { names[$0] == "Status" } : { _ in false }, &notes)
    let parts = chosen.map { signals[$0] }
    let fastest = parts.reduce(1) { max($0, $1.samples) }
    let (perRecord, isTooLarge) = (fastest * parts.count).multipliedReportingOverflow(by: records)
    guard !isTooLarge, perRecord <= Self.mostValues else {
      throw fail("holds more than \(Self.mostValues) values: name some of its channels (channels)")
    }
    let rate = duration > 0 ? Double(fastest) / duration : nil
    notes += Self.slower(zip(chosen, parts).filter { $1.samples < fastest }.map { names[$0.0] }, rate, of: parts.count)

    var values = [Float](repeating: .nan, count: records * fastest * parts.count)
    for (channel, signal) in parts.enumerated() {
      guard signal.digitalLeast != signal.digitalMost, signal.least != signal.most else {
        throw fail(
          "gives no range for the signal '\(visible(names[chosen[channel]]))', so that its numbers mean nothing: name the others (channels)"
        )
      }
      let gain = (signal.most - signal.least) / (signal.digitalMost - signal.digitalLeast)
      for record in 0..<records {
        let start = headerCount + record * recordSize + signal.start
        for step in 0..<fastest {
          let at = start + step * signal.samples / fastest * width
          let digital = is24Bit ? Self.signed24(bytes, at) : Self.signed16(bytes, at)
          values[(record * fastest + step) * parts.count + channel] = Float(
            (Double(digital) - signal.digitalLeast) * gain + signal.least)
        }
      }
    }
    var recording = SeriesRecording(name: "1", values: values, rate: reading.rate ?? rate)
    let (annotations, onsets) = Self.annotations(
      bytes, annotated.isEmpty ? [] : (0..<records).map { headerCount + $0 * recordSize }, annotated)
    if let rate {
      Self.label(&recording, with: annotations, onsets, duration, steps: records * fastest, fastest, rate)
      let gaps = zip(onsets, onsets.dropFirst()).count { first, second in
        guard let first, let second else { return false }
        return second - first > 1.5 * duration
      }
      if gaps > 0 {
        notes.append(
          "'\(visible(place))' has \(Figure.counted(gaps, "gap")); the steps on both sides count as neighbours.")
      }
    }
    if recording.stepLabels != nil, reading.window == nil, !reading.readsSteps {
      recording.stepLabels = nil
      notes.append(
        "Annotations within a recording are labels of windows: cut recordings into some (window) to have them.")
    }
    contents = SeriesFileContents(
      channels: chosen.map { names[$0] }, series: [recording], notes: notes)
  }

  // MARK: Signals

  private static func signed16(_ bytes: [UInt8], _ at: Int) -> Int {
    Int(Int16(truncatingIfNeeded: Int(bytes[at]) | Int(bytes[at + 1]) << 8))
  }

  private static func signed24(_ bytes: [UInt8], _ at: Int) -> Int {
    let value = Int(bytes[at]) | Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]) << 16
    return value >= 1 << 23 ? value - 1 << 24 : value
  }

  /// The places of the channels that are wanted, among signals of these names.
  ///
  /// - Parameter isTrigger: whether a signal counts events and holds no measurement; it has to be asked for.
  static func chosen(
    _ names: [String], _ reading: SeriesReading, _ place: String, isTrigger: (Int) -> Bool = { _ in false },
    _ notes: inout [String]
  ) throws(DatasetError) -> [Int] {
    if let wanted = reading.channels {
      var places: [Int] = []
      for name in wanted {
        guard let found = names.firstIndex(of: name) else {
          throw .unusable(
            "'\(visible(place))' has no channel '\(visible(name))'; its channels are "
              + "\(listed(names.map { "'\(visible($0))'" }, limit: 12)).")
        }
        places.append(found)
      }
      return places
    }
    let triggers = names.indices.filter(isTrigger)
    guard !triggers.isEmpty, triggers.count < names.count else { return Array(names.indices) }
    notes.append(
      "The channel \(listed(triggers.map { "'\(visible(names[$0]))'" }, limit: 3)) counts events and is left out; name the "
        + "channels (channels) to have it.")
    return names.indices.filter { !triggers.contains($0) }
  }

  /// Equal names get numbers.
  static func distinct(_ names: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return names.map { name in
      counts[name, default: 0] += 1
      let count = counts[name] ?? 1
      return count == 1 ? name : "\(name) (\(count))"
    }
  }

  /// What is said about channels that are slower than the fastest.
  static func slower(_ names: [String], _ rate: Double?, of count: Int) -> [String] {
    guard !names.isEmpty else { return [] }
    return [
      "\(names.count) of \(count) channels (\(listed(names.map { "'\(visible($0))'" }, limit: 4))) \(names.count == 1 ? "is" : "are") slower than the "
        + "fastest\(rate.map { ", which has \(Figure.number($0)) steps a second" } ?? ""): each value stands until the next."
    ]
  }

  // MARK: Annotations

  /// The annotations of a file, and when each data record begins by its first one, in seconds; nil where it does not say.
  private static func annotations(
    _ bytes: [UInt8], _ records: [Int], _ places: [(start: Int, count: Int)]
  ) -> (annotations: [Annotation], onsets: [Double?]) {
    var annotations: [Annotation] = []
    var onsets: [Double?] = []
    for record in records {
      var onset: Double?
      for place in places {
        let part = bytes[record + place.start..<record + place.start + place.count]
        for list in part.split(separator: 0, omittingEmptySubsequences: true) {
          let pieces = list.split(separator: 0x14, omittingEmptySubsequences: false)
          let times = pieces[0].split(separator: 0x15, omittingEmptySubsequences: false)
          guard let first = times.first,
            let start = TableCell.number(String(decoding: first.drop { $0 == UInt8(ascii: "+") }, as: UTF8.self)),
            start.isFinite
          else { continue }
          let text = pieces.dropFirst().first { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
          guard let text else {
            onset = onset ?? start
            continue
          }
          let duration = times.count > 1 ? TableCell.number(String(decoding: times[1], as: UTF8.self)) : nil
          annotations.append(Annotation(onset: start, duration: duration ?? 0, text: text))
        }
      }
      onsets.append(onset)
    }
    return (annotations, onsets)
  }

  /// Gives steps the text of the last annotation that lasts while they do.
  private static func label(
    _ recording: inout SeriesRecording, with annotations: [Annotation], _ onsets: [Double?], _ duration: Double,
    steps: Int, _ perRecord: Int, _ rate: Double
  ) {
    let lasting = annotations.filter { $0.duration > 0 }.sorted { $0.onset < $1.onset }
    guard !lasting.isEmpty else { return }
    // When each data record begins, after the one before it where it does not say.
    var starts: [Double] = []
    for record in 0..<steps / perRecord {
      let usual = starts.last.map { $0 + duration } ?? 0
      starts.append(max(usual, record < onsets.count ? onsets[record] ?? usual : usual))
    }
    var labels = [String?](repeating: nil, count: steps)
    for annotation in lasting {
      let end = annotation.onset + annotation.duration
      // The first record that ends behind the beginning of the annotation.
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] + duration > annotation.onset { high = middle } else { low = middle + 1 }
      }
      for record in low..<starts.count {
        if starts[record] >= end { break }
        // A step is labelled if it begins within the annotation; a hair of tolerance for fractions that are rounded.
        let first = wholeNumber(((annotation.onset - starts[record]) * rate - 1e-6).rounded(.up), in: 0...perRecord)
        let last = wholeNumber(((end - starts[record]) * rate - 1e-6).rounded(.up), in: 0...perRecord)
        for step in first..<max(first, last) { labels[record * perRecord + step] = annotation.text }
      }
    }
    if let first = labels[0], labels.allSatisfy({ $0 == first }) {
      recording.label = first
    } else if labels.contains(where: { $0 != nil }) {
      recording.stepLabels = labels
    }
  }
}
