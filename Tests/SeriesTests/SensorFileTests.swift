import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Series

/// EDF, BDF and WFDB, beside what pyEDFlib and wfdb read; made by scripts/reference/sensors.py.
@Suite struct SensorFileTests {
  private struct Reference: Decodable {
    struct Recording: Decodable {
      let channels: [String]
      let rates: [Int]
      let signals: [[Double?]]
    }
    let files: [String: Data]
    let expected: [String: Recording]
  }

  private static func reference() throws -> Reference { try golden("sensors.json", Reference.self, in: .module) }

  private func read(
    _ name: String, _ files: [String: Data], _ options: OptionValues = [:], readsSteps: Bool = false
  ) throws -> SeriesSamples {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      for (name, contents) in files { _ = try folder.write([UInt8](contents), as: name) }
      var reading = SeriesReading(hasStepsInRows: false)
      try TimeSeries.apply(options, to: &reading)
      reading.readsSteps = readsSteps
      return try SeriesSamples([folder.path(name)], reading)
    }
  }

  private func failure(_ name: String, _ files: [String: Data], _ options: OptionValues = [:]) -> String {
    do {
      _ = try read(name, files, options)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  /// Slower signals keep each value until their next.
  @Test(arguments: ["a.edf", "a.bdf", "r16.hea", "r212.hea", "frames.hea"])
  func filesHoldWhatTheirLibrariesRead(name: String) throws {
    let reference = try Self.reference()
    let expected = try #require(reference.expected[name])
    let samples = try read(name, reference.files)
    #expect(samples.channels == expected.channels && samples.names == ["series 1"])
    let fastest = try #require(expected.rates.max())
    #expect(samples.recordings[0].rate == Double(fastest))
    let steps = try #require(zip(expected.rates, expected.signals).map { $1.count * fastest / $0 }.min())
    #expect(samples.length(of: 0) == steps)
    let values = samples.values(of: 0)
    for (channel, (rate, signal)) in zip(expected.rates, expected.signals).enumerated() {
      // Records and frames last a second, or 1/25.
      let perRecord = name.hasSuffix("hea") ? fastest / 25 : fastest
      let own = name.hasSuffix("hea") ? rate / 25 : rate
      for step in 0..<steps {
        let found = values[step * expected.channels.count + channel]
        let place = step / perRecord * own + step % perRecord * own / perRecord
        guard let wanted = signal[place] else {
          #expect(found.isNaN, "\(channel) \(step)")
          continue
        }
        #expect(abs(Double(found) - wanted) < 1e-4, "\(channel) \(step): \(found), \(wanted)")
      }
    }
    #expect(
      samples.notes.contains { $0.contains("each value stands until the next") } == (Set(expected.rates).count > 1))
  }

  @Test func annotationsAreLabelsOfTheirSteps() throws {
    let files = try Self.reference().files
    for name in ["a.edf", "a.bdf"] {
      let steps = try read(name, files, readsSteps: true)
      let labels = try #require(
        SeriesSteps(steps, SeriesScaling(rule: .none, means: [0, 0, 0], deviations: [1, 1, 1])).labels(of: 0))
      // 8 steps a second: from 0 to 1.5 s, and from 2.25 to 4.25 s.
      #expect(labels == (0..<40).map { $0 < 12 ? "rest" : (18..<34).contains($0) ? "Übung" : nil })
      let windows = try read(name, files, ["window": "4", "channels": "Temp,Resp"])
      #expect(windows.channels == ["Temp", "Resp"] && windows.recordings[0].rate == 4)
      #expect(windows.labels?.classes == ["rest", "Übung"])
      // Windows of a second; one in which a label begins or ends has none.
      #expect(windows.labels?.classIndices == [0, nil, nil, 1, nil])
      let whole = try read(name, files)
      #expect(whole.labels == nil && whole.notes.contains { $0.contains("labels of windows") })
    }
  }

  @Test func channelsAreChosenByName() throws {
    let files = try Self.reference().files
    #expect(try read("r212.hea", files, ["channels": "V 5"]).channels == ["V 5"])
    #expect(failure("r16.hea", files, ["channels": "V 6"]).contains("no channel 'V 6'; its channels are 'II', 'V 5'"))
    #expect(failure("a.edf", files, ["channels": "x"]).contains("no channel 'x'"))
  }

  /// A file without annotations, EDF of 1992, written by hand.
  private static func plain(
    records: String = "2", duration: String = "1", kind: String = "", samples: [Int] = [2], body: [UInt8],
    range: String = "10"
  ) -> Data {
    func field(_ text: String, _ length: Int) -> String { text.padding(toLength: length, withPad: " ", startingAt: 0) }
    let count = samples.count
    var text = field("0", 8) + field("x", 80) + field("y", 80) + field("01.01.01", 8) + field("00.00.00", 8)
    text +=
      field("\(256 * (count + 1))", 8) + field(kind, 44) + field(records, 8) + field(duration, 8) + field("\(count)", 4)
    for (name, length) in [
      ("s", 16), ("", 80), ("mV", 8), ("-10", 8), (range, 8), ("-100", 8), ("100", 8), ("", 80), ("n", 8), ("", 32),
    ] {
      for index in 0..<count {
        text += field(
          name == "s"
            ? (index == 1 && kind.hasPrefix("EDF+") ? "EDF Annotations" : "s\(index)")
            : name == "n" ? "\(samples[index])" : name,
          length)
      }
    }
    return Data(text.utf8) + Data(body)
  }

  @Test func numbersAreScaledToTheirRange() throws {
    let file = Self.plain(body: [100, 0, 156, 255, 50, 0, 0, 0])
    let samples = try read("x.edf", ["x.edf": file])
    #expect(Array(samples.values(of: 0)) == [10, -10, 5, 0] && samples.recordings[0].rate == 2)
    // An unknown number of records: as many as there are.
    #expect(
      try read("x.edf", ["x.edf": Self.plain(records: "-1", body: [1, 0, 2, 0, 3, 0, 4, 0, 5])]).length(of: 0) == 4)
  }

  /// EDF+D: records begin when their first annotation says.
  @Test func gapsAreSaid() throws {
    func list(_ text: String) -> [UInt8] { Array(text.utf8) + [UInt8](repeating: 0, count: 20 - text.utf8.count) }
    let body: [UInt8] =
      [1, 0, 2, 0] + list("+0\u{14}\u{14}\u{0}+7.5\u{15}1\u{14}b\u{14}") + [3, 0, 4, 0] + list("+7\u{14}\u{14}")
    let file = Self.plain(kind: "EDF+D", samples: [2, 10], body: body)
    let samples = try read("x.edf", ["x.edf": file], readsSteps: true)
    #expect(samples.notes.contains { $0.contains("1 gap") }, "\(samples.notes)")
    let steps = SeriesSteps(samples, SeriesScaling(rule: .none, means: [0], deviations: [1]))
    #expect(steps.labels(of: 0) == [nil, nil, nil, "b"])
  }

  @Test func whatCannotBeReadIsSaidInASentence() throws {
    let files = try Self.reference().files
    let edf = try #require(files["a.edf"])
    func changed(_ place: Int, _ text: String) -> [String: Data] {
      var copy = edf
      copy.replaceSubrange(place..<place + text.utf8.count, with: Data(text.utf8))
      return ["a.edf": copy]
    }
    for (file, said) in [
      (["a.edf": Data(edf.prefix(300))], "cut off within its header"),
      (["a.edf": Data(edf.dropLast(9))], "is cut off: its header names"),
      (["a.edf": Data("x".utf8)], "is no EDF or BDF file"),
      (changed(236, "99      "), "names 99 data records, and it holds 5"),
      (changed(252, "none"), "the number of signals"), (changed(244, "-1      "), "lasts -1 seconds"),
      (changed(236, "0       "), "holds no data record"),
      (["a.edf": Self.plain(body: [1, 0, 2, 0, 3, 0, 4, 0], range: "-10")], "gives no range for the signal 's0'"),
    ] { #expect(failure("a.edf", file).contains(said), "\(said): \(failure("a.edf", file))") }

    let header = try #require(files["r16.hea"])
    func rewritten(_ part: String, _ other: String) -> [String: Data] {
      files.merging([
        "r16.hea": Data(String(decoding: header, as: UTF8.self).replacingOccurrences(of: part, with: other).utf8)
      ]) { $1 }
    }
    for (file, said) in [
      (rewritten(" 16 ", " 80 "), "in the format 80 are not read"), (rewritten(" 16 ", " 16:3 "), "with a skew"),
      (rewritten("r16 2", "r16/3 2"), "several segments"), (rewritten("r16 2", "r16 3"), "describes 2 of 3 signals"),
      (rewritten(" 9", " 900"), "names 900 steps, and 'r16.dat' holds 9"),
      (rewritten("r16.dat", "../r16.dat"), "no file of samples beside"),
      (rewritten("r16.dat", "r17.dat"), "r17.dat"), (["r16.hea": Data("# nothing\n".utf8)], "it is empty"),
    ] { #expect(failure("r16.hea", file).contains(said), "\(said): \(failure("r16.hea", file))") }
    #expect(failure("r16.dat", files).contains("r16.hea"))
  }

  /// A run knows its samples again, and nothing is written over them.
  @Test func theSamplesBelongToTheHeader() throws {
    let files = try Self.reference().files
    let folder = try TemporaryFolder()
    for (name, contents) in files { _ = try folder.write([UInt8](contents), as: name) }
    let reading = SeriesReading(hasStepsInRows: false)
    let samples = try SeriesSamples([folder.path("r16.hea"), folder.path("r212.hea")], reading)
    #expect(samples.names == ["r16", "r212"])
    let listing = SeriesListing(files: samples.files, samples: [0, 1], labels: nil)
    #expect(
      Set(listing.filePaths(skipped: []).compactMap { $0.split(separator: "/").last }) == [
        "r16.hea", "r16.dat", "r212.hea", "r212.dat",
      ])
    var changed = [UInt8](try #require(files["r16.dat"]))
    changed[5] ^= 1
    _ = try folder.write(changed, as: "r16.dat")
    #expect(throws: DatasetError.self) {
      try SeriesSamples(samples.files.map(\.path), reading, knownAs: samples.files)
    }
    #expect(TimeSeries.claim([folder.path("r16.hea")])?.strength == .certain)
  }

  /// Of a folder with a record, only what its header does not name is left out.
  @Test func theSamplesOfAHeaderAreNotLeftOut() throws {
    let files = try Self.reference().files
    let folder = try TemporaryFolder()
    for name in ["r16.hea", "r16.dat"] { _ = try folder.write([UInt8](try #require(files[name])), as: name) }
    _ = try folder.write([1, 2], as: "other.dat")
    let found = try SeriesSamples([folder.path(".")], SeriesReading(hasStepsInRows: false))
    #expect(found.names.count == 1)
    #expect(found.leftOut.flatMap(\.names) == ["other.dat"])
  }

  /// Damaged files give series or a sentence; none ends the program.
  @Test func mutatedFilesGiveSeriesOrAReason() throws {
    let isLong = ProcessInfo.processInfo.environment["SWIFTLET_LONG_TESTS"] != nil
    let files = try Self.reference().files
    let names = files.keys.sorted()
    let all = names.map { [UInt8](files[$0] ?? Data()) }
    var (read, refused) = (0, 0)
    let memory = peakMemory()
    for seed in 0..<(isLong ? 20_000 : 1500) {
      var generator = ViewGenerator(seed: 2026, epoch: 0, sample: seed, view: 0)
      let place = seed % names.count
      let isEDF = names[place].hasSuffix("df")
      let bytes = mutated(all[place], among: all, decisive: isEDF ? 1280 : 90, &generator)
      do throws(DatasetError) {
        var reading = SeriesReading(hasStepsInRows: false)
        reading.readsSteps = true
        let stem = String(names[place].dropLast(4))
        let contents =
          isEDF
          ? try EDFFile(bytes, "x.edf", reading).contents
          : names[place].hasSuffix("hea")
            ? try WFDBRecord(
              bytes, "x.hea",
              samples: WFDBRecord.signalFiles(bytes).map { _ in [UInt8](files[stem + ".dat"] ?? Data()) }, reading
            ).contents
            : try WFDBRecord([UInt8](files[stem + ".hea"] ?? Data()), "x.hea", samples: [bytes], reading).contents
        #expect(contents.series.allSatisfy { $0.values.count % contents.channels.count == 0 })
        read += 1
      } catch {
        #expect(!"\(error)".contains("\n"))
        refused += 1
      }
    }
    #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused")
    #expect(peakMemory() - memory < 300 << 20)
  }
}
