import Samples
import Settings

/// A `.ts` file of the UCR and UEA archives (aeon's format): a header of lines that begin with @, then a series a line. A
/// series is its channels, separated by colons, each of values separated by commas, and last its class. A question mark is
/// a missing value; lengths may differ.
struct TSFile {
  let contents: SeriesFileContents

  /// - Throws: `DatasetError.unusable` with the line that does not fit.
  init(_ bytes: [UInt8], _ place: String) throws(DatasetError) {
    var reader = Reader(place: place)
    var number = 0
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count {
      number += 1
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      try reader.take(bytes[start..<end], number)
      start = end + 1
    }
    contents = try reader.finish()
  }

  private struct Reader {
    let place: String
    private var hasLabels = false
    private var hasTarget = false
    private var classes: Set<String> = []
    private var isInData = false
    private var hasHeader = false
    private var channelCount: Int?
    private var firstLine = 0
    private var series: [SeriesRecording] = []
    private var skipped: [SampleError] = []

    init(place: String) { self.place = place }

    private func fail(_ line: Int, _ reason: String) -> DatasetError {
      .unusable("'\(visible(place))', line \(line): \(reason).")
    }

    mutating func take(_ bytes: ArraySlice<UInt8>, _ line: Int) throws(DatasetError) {
      guard let first = bytes.first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") else { return }
      if !isInData {
        guard first == UInt8(ascii: "@") else {
          throw .unusable(
            "'\(visible(place))' has no header: a .ts file begins with lines such as @classLabel and @data.")
        }
        return try takeHeader(bytes, line)
      }
      guard let text = String(validating: bytes, as: UTF8.self) else { throw fail(line, "it is not UTF-8 text") }
      try takeSeries(text, line)
    }

    private mutating func takeHeader(_ bytes: ArraySlice<UInt8>, _ line: Int) throws(DatasetError) {
      hasHeader = true
      let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
      let isTrue = words.dropFirst().first?.lowercased() == "true"
      switch words[0].lowercased() {
      case "@data": isInData = true
      case "@classlabel":
        hasLabels = isTrue
        classes = Set(words.dropFirst(2))
      case "@targetlabel": hasTarget = isTrue
      case "@timestamps" where isTrue:
        throw fail(
          line, "series with time stamps are not read from .ts files; save them as a CSV with a column for the time")
      default: break
      }
    }

    private mutating func takeSeries(_ text: String, _ line: Int) throws(DatasetError) {
      var parts = text.split(separator: ":", omittingEmptySubsequences: false)
      var label: String?
      if hasLabels || hasTarget {
        guard parts.count > 1, let last = parts.popLast() else {
          throw fail(line, "the series has no class behind a colon; the file may be cut off")
        }
        let written = TableCell.trimmed(String(last))
        if hasLabels, !classes.isEmpty, !TableCell.isMissing(written), !classes.contains(written) {
          throw fail(
            line,
            "'\(visible(written))' is none of the classes that the header names (\(listed(classes.sorted(), limit: 5)));"
              + " the file may be cut off")
        }
        label = hasLabels ? written : nil
      }
      if let channelCount, channelCount != parts.count {
        throw fail(
          line,
          "the series has \(Figure.counted(parts.count, "channel")), and that of line \(firstLine) has \(channelCount)")
      }
      if channelCount == nil { (channelCount, firstLine) = (parts.count, line) }
      var channels: [[Float]] = []
      for (index, part) in parts.enumerated() {
        let values = try self.values(of: part, line)
        if let first = channels.first, first.count != values.count {
          throw fail(
            line,
            "channel \(index + 1) has \(Figure.counted(values.count, "step")), and channel 1 has \(first.count)")
        }
        channels.append(values)
      }
      let steps = channels[0].count
      var values = [Float](repeating: 0, count: steps * channels.count)
      for (place, channel) in channels.enumerated() {
        for step in 0..<steps { values[step * channels.count + place] = channel[step] }
      }
      series.append(SeriesRecording(name: "\(series.count + 1)", values: values, label: label))
    }

    private func values(of part: Substring, _ line: Int) throws(DatasetError) -> [Float] {
      if part.contains("(") {
        throw fail(
          line, "series with time stamps are not read from .ts files; save them as a CSV with a column for the time")
      }
      if part.allSatisfy(\.isWhitespace) { return [] }
      var values: [Float] = []
      for cell in part.split(separator: ",", omittingEmptySubsequences: false) {
        let text = TableCell.trimmed(String(cell))
        if TableCell.isMissing(text) {
          values.append(.nan)
          continue
        }
        guard let number = TableCell.number(text), abs(number) <= TableCell.greatest else {
          throw fail(line, "'\(visible(text))' is not a usable number; write ? for a missing value")
        }
        values.append(Float(number))
      }
      return values
    }

    func finish() throws(DatasetError) -> SeriesFileContents {
      guard isInData else {
        throw .unusable(
          "'\(visible(place))' has no line @data, behind which the series stand; the file may be cut off.")
      }
      guard let channelCount, !series.isEmpty else {
        throw .unusable("'\(visible(place))' has no series behind its line @data; the file may be cut off.")
      }
      return SeriesFileContents(
        channels: SeriesFileContents.channelNames(channelCount), series: series,
        notes: hasTarget ? ["'\(visible(place))' has a number to predict for each series, which is not read."] : [])
    }
  }
}
