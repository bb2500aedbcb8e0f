import Samples
import Settings

/// A record of the WaveForm DataBase (PhysioNet): a header `.hea` that describes the signals, and files of samples beside it in
/// the formats 16 and 212.
///
/// Signals of different rates are brought to that of the fastest: a slower one keeps each value until its next.
///
/// https://wfdb.io/spec
struct WFDBRecord {
  let contents: SeriesFileContents

  private struct Header {
    var frames: Int?
    var rate: Double?
    var signals: [Signal] = []
  }

  private struct Signal {
    let file: String
    let format: Int
    /// Samples in a frame.
    let perFrame: Int
    /// Bytes of its file before the first sample.
    let offset: Int
    let gain: Double
    let baseline: Double
    let name: String
  }

  /// The files of samples that a header names; none where it is damaged.
  static func signalFiles(_ header: [UInt8]) -> [String] {
    let signals = (try? Self.header(header, "").signals) ?? []
    var seen: Set<String> = []
    return signals.map(\.file).filter { seen.insert($0).inserted }
  }

  /// - Parameters:
  ///   - samples: the contents of the files that `signalFiles` names, in their order.
  /// - Throws: `DatasetError.unusable`
  init(_ bytes: [UInt8], _ place: String, samples: [[UInt8]], _ reading: SeriesReading) throws(DatasetError) {
    func fail(_ reason: String) -> DatasetError { .unusable("'\(visible(place))' \(reason).") }
    let header = try Self.header(bytes, place)
    let files = Self.signalFiles(bytes)
    guard files.count == samples.count else { throw fail("names files that were not read") }
    var notes: [String] = []
    let names = EDFFile.distinct(header.signals.map(\.name))
    let chosen = try EDFFile.chosen(names, reading, place, &notes)
    let parts = chosen.map { header.signals[$0] }

    // Frames that all files hold.
    var frames = header.frames ?? .max
    for (file, contents) in zip(files, samples) {
      let own = header.signals.filter { $0.file == file }
      let perFrame = own.reduce(0) { $0 + $1.perFrame }
      let room = max(0, contents.count - own[0].offset)
      let held = (own[0].format == 16 ? room / 2 : room / 3 * 2 + (room % 3 == 2 ? 1 : 0)) / perFrame
      if let named = header.frames, held < named {
        throw fail(
          "names \(Figure.counted(named, "step")), and '\(visible(file))' holds \(held): the file may be cut off")
      }
      frames = min(frames, held)
    }
    guard frames > 0 else { throw fail("has no samples") }
    let fastest = parts.reduce(1) { max($0, $1.perFrame) }
    let (count, isTooLarge) = (fastest * parts.count).multipliedReportingOverflow(by: frames)
    guard !isTooLarge, count <= EDFFile.mostValues else {
      throw fail("holds more than \(EDFFile.mostValues) values: name some of its channels (channels)")
    }
    let rate = header.rate.map { $0 * Double(fastest) }
    notes += EDFFile.slower(
      zip(chosen, parts).filter { $1.perFrame < fastest }.map { names[$0.0] }, rate, of: parts.count)

    var values = [Float](repeating: .nan, count: count)
    for (channel, place) in chosen.enumerated() {
      let signal = header.signals[place]
      guard let file = files.firstIndex(of: signal.file) else { continue }
      // Samples of a frame stand in the order of the signals of a file.
      let own = header.signals.indices.filter { header.signals[$0].file == signal.file }
      let perFrame = own.reduce(0) { $0 + header.signals[$1].perFrame }
      let before = own.prefix { $0 != place }.reduce(0) { $0 + header.signals[$1].perFrame }
      for frame in 0..<frames {
        for step in 0..<fastest {
          let sample = frame * perFrame + before + step * signal.perFrame / fastest
          let value =
            signal.format == 16
            ? Self.format16(samples[file], signal.offset, sample) : Self.format212(samples[file], signal.offset, sample)
          guard let value else { continue }
          values[(frame * fastest + step) * parts.count + channel] = Float(
            (Double(value) - signal.baseline) / signal.gain)
        }
      }
    }
    contents = SeriesFileContents(
      channels: chosen.map { names[$0] },
      series: [SeriesRecording(name: "1", values: values, rate: reading.rate ?? rate)], notes: notes)
  }

  // MARK: Samples

  /// Two bytes, the low one first; nil for the number that stands for a missing value.
  private static func format16(_ bytes: [UInt8], _ offset: Int, _ sample: Int) -> Int? {
    let at = offset + 2 * sample
    let value = Int(Int16(truncatingIfNeeded: Int(bytes[at]) | Int(bytes[at + 1]) << 8))
    return value == -32_768 ? nil : value
  }

  /// Two samples of 12 bits in three bytes, the upper bits of both in the second.
  private static func format212(_ bytes: [UInt8], _ offset: Int, _ sample: Int) -> Int? {
    let at = offset + sample / 2 * 3
    let upper = Int(bytes[at + 1])
    let value =
      sample.isMultiple(of: 2) ? Int(bytes[at]) | (upper & 0x0F) << 8 : Int(bytes[at + 2]) | (upper & 0xF0) << 4
    let signed = value >= 1 << 11 ? value - 1 << 12 : value
    return signed == -2048 ? nil : signed
  }

  // MARK: Header

  private static func header(_ bytes: [UInt8], _ place: String) throws(DatasetError) -> Header {
    func fail(_ line: Int, _ reason: String) -> DatasetError {
      .unusable("'\(visible(place))', line \(line): \(reason).")
    }
    var header: Header?
    var expected = 0
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if var known = header {
        guard known.signals.count < expected else { break }
        known.signals.append(try signal(words, index: known.signals.count, of: first) { fail(index + 1, $0) })
        header = known
        continue
      }
      guard !first.contains("/") else {
        throw fail(index + 1, "records of several segments are not read: give the headers of its segments")
      }
      guard words.count >= 2, let count = Int(words[1], radix: 10),
        (1...SeriesConfiguration.mostChannels).contains(count)
      else { throw fail(index + 1, "it is no header of a record with signals") }
      expected = count
      var new = Header()
      // 360/1000(0): steps a second, and those of a counter.
      if words.count >= 3 {
        let text = String(words[2].prefix { $0 != "/" && $0 != "(" })
        guard let rate = TableCell.number(text), rate > 0, rate <= 1e9 else {
          throw fail(index + 1, "'\(visible(words[2]))' is no number of steps a second")
        }
        new.rate = rate
      } else {
        // As the specification says.
        new.rate = 250
      }
      if words.count >= 4, let frames = Int(words[3], radix: 10), frames > 0 { new.frames = frames }
      header = new
    }
    guard let header, header.signals.count == expected else {
      throw .unusable(
        "'\(visible(place))' is no whole header of a record: it \(header == nil ? "is empty" : "describes \(header?.signals.count ?? 0) of \(expected) signals")."
      )
    }
    for signal in header.signals {
      let own = header.signals.filter { $0.file == signal.file }
      guard own.allSatisfy({ $0.format == signal.format && $0.offset == signal.offset }) else {
        throw .unusable("'\(visible(place))' describes signals of one file in different formats.")
      }
    }
    return header
  }

  private static func signal(
    _ words: [String], index: Int, of file: String, _ fail: (String) -> DatasetError
  ) throws(DatasetError) -> Signal {
    guard words.count >= 2, !file.contains("/"), file != "~" else {
      throw fail("it names no file of samples beside the header")
    }
    // 212x2:5+1024: the format, samples in a frame, skew, bytes before the samples.
    var rest = Substring(words[1])
    func digits() -> Int? {
      let text = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(text.count)
      return Int(text, radix: 10)
    }
    let format = digits()
    var (perFrame, skew, offset) = (1, 0, 0)
    while let mark = rest.popFirst() {
      guard let number = digits() else { throw fail("'\(visible(words[1]))' is no format") }
      switch mark {
      case "x": perFrame = number
      case ":": skew = number
      case "+": offset = number
      default: throw fail("'\(visible(words[1]))' is no format")
      }
    }
    guard let format, format == 16 || format == 212 else {
      throw fail(
        "samples in the format \(visible(words[1])) are not read, only those in 16 and 212: write the record anew, as by "
          + "wfdb.wrsamp(…, fmt=['16'])")
    }
    guard skew == 0 else { throw fail("signals with a skew are not read") }
    guard (1...1_000_000).contains(perFrame), offset <= 1 << 40 else {
      throw fail("'\(visible(words[1]))' is no format")
    }
    var (gain, baseline) = (200.0, Double?.none)
    if words.count >= 3 {
      // 200(1024)/mV
      let text = words[2].prefix { $0 != "/" }
      let parts = text.split(separator: "(", omittingEmptySubsequences: false)
      guard let number = TableCell.number(String(parts[0])), abs(number) <= TableCell.greatest else {
        throw fail("'\(visible(words[2]))' is no gain")
      }
      if number != 0 { gain = number }
      if parts.count == 2 {
        guard parts[1].hasSuffix(")"), let number = TableCell.number(String(parts[1].dropLast())),
          abs(number) <= TableCell.greatest
        else { throw fail("'\(visible(words[2]))' is no gain") }
        baseline = number
      }
    }
    if baseline == nil, words.count >= 5 {
      baseline = TableCell.number(words[4]).flatMap { abs($0) <= TableCell.greatest ? $0 : nil }
    }
    return Signal(
      file: file, format: format, perFrame: perFrame, offset: offset, gain: gain, baseline: baseline ?? 0,
      name: words.count > 8 ? words[8...].joined(separator: " ") : "signal \(index + 1)")
  }
}
