import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Sound

@Suite struct SoundReadingTests {
  private let reading = SoundReading(rate: 16_000, mixing: .mean)

  private func golden(_ name: String) -> String { Bundle.module.bundleURL.appending(path: "Golden/\(name)").path }

  private func write(_ file: WaveFile, as name: String = "x.wav", in folder: URL) throws -> String {
    let place = folder.appending(path: name)
    try Data(file.bytes).write(to: place)
    return place.path
  }

  private func decoded(_ path: String, _ reading: SoundReading? = nil) throws -> [Float] {
    let header = try SoundFile(path: path).header
    let reading = reading ?? self.reading
    let count = header.frames * reading.rate / header.rate
    return try reading.samples(of: SoundClip(file: 0, start: 0, count: count), in: path)
  }

  private func problem(_ path: String) -> String {
    do {
      let file = try SoundFile(path: path)
      try file.checkEnd()
      _ = try decoded(path)
      return ""
    } catch {
      return (error as? SoundProblem)?.reason ?? "\(error)"
    }
  }

  #if os(Linux)
    /// The decoder has lines of its own about it, which are no user's business.
    @Test func aDamagedMP3PrintsNothing() throws {
      try withTemporaryFolder { folder in
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: golden("tone.mp3"))))
        for place in 1290..<1400 { bytes[place] = 0 }
        let path = folder.appending(path: "x.mp3").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let said = folder.appending(path: "said").path
        let file = open(said, O_CREAT | O_WRONLY, 0o600)
        let errors = dup(STDERR_FILENO)
        #expect(file >= 0 && errors >= 0)
        fflush(nil)
        dup2(file, STDERR_FILENO)
        let reason = problem(path)
        fflush(nil)
        dup2(errors, STDERR_FILENO)
        close(errors)
        close(file)
        #expect(!reason.isEmpty)
        #expect(try String(contentsOfFile: said, encoding: .utf8) == "")
      }
    }
  #endif

  /// The same sound in each format, made by scripts/reference/sound.py files: two channels, the second −½ of the first.
  @Test(arguments: [
    ("wav", 2e-5, 16), ("w64", 1e-6, 24), ("aiff", 2e-5, 16), ("au", 2e-5, 16), ("caf", 2e-5, 16), ("flac", 1e-6, 24),
    ("ogg", 0.05, 0), ("opus", 0.15, 0), ("mp3", 0.15, 0),
  ])
  func formatsHoldTheSameSound(suffix: String, tolerance: Double, bits: Int) throws {
    struct Mel: Decodable { let samples: [Float] }
    let path = golden("tone.\(suffix)")
    let header = try SoundFile(path: path).header
    #expect(header.channels == 2 && header.bits == bits)
    let found = try decoded(path, SoundReading(rate: header.rate, mixing: .first))
    let mean = try decoded(path, SoundReading(rate: header.rate, mixing: .mean))
    // What was encoded begins with the samples of the other golden values.
    let expected = try TestSupport.golden("mel.json", Mel.self, in: .module).samples
    #expect(found.count >= 4700)
    if header.rate == 16_000 {
      // MP3 has a delay of its own, which decoders leave out or not.
      let delays = suffix == "mp3" ? Array(0..<2600) : [0]
      let errors = delays.map { delay in
        let part = found.dropFirst(delay).prefix(3900)
        return zip(part, expected).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / Double(part.count)
      }
      let rootMean = (errors.min() ?? 1).squareRoot()
      #expect(rootMean < tolerance, "\(suffix): \(rootMean)")
    }
    let ratio = mean.reduce(0.0) { $0 + Double($1 * $1) } / found.reduce(0.0) { $0 + Double($1 * $1) }
    // Formats that lose something share it between channels.
    expectClose([ratio], [1.0 / 16], absolute: bits == 0 ? 0.06 : 1e-3, suffix)
  }

  @Test func depthsAndChannelsAreRead() throws {
    try withTemporaryFolder { folder in
      let tone = WaveFile.tone(300, seconds: 0.1)
      for (encoding, tolerance) in [
        (WaveFile.Encoding.unsigned8, 0.01), (.signed16, 1e-4), (.signed24, 1e-6), (.float32, 1e-7),
      ] {
        let path = try write(WaveFile(samples: tone, encoding: encoding), in: folder)
        expectClose(try decoded(path).map(Double.init), tone.map(Double.init), absolute: tolerance, "\(encoding)")
      }
      // Six channels of which one sounds.
      let six = tone.flatMap { [0, 0, $0, 0, 0, 0] as [Float] }
      let path = try write(WaveFile(samples: six, channels: 6, encoding: .float32), in: folder)
      expectClose(try decoded(path).map(Double.init), tone.map { Double($0) / 6 }, absolute: 1e-6)
      #expect(try decoded(path, SoundReading(rate: 16_000, mixing: .first)).allSatisfy { $0 == 0 })
    }
  }

  /// A tone stays one at another rate: against the tone itself, away from the ends.
  @Test(arguments: [8000, 11_025, 44_100, 128_000])
  func ratesAreChanged(rate: Int) throws {
    try withTemporaryFolder { folder in
      let path = try write(
        WaveFile(samples: WaveFile.tone(440, seconds: 0.5, rate: rate), rate: rate, encoding: .float32), in: folder)
      let found = try decoded(path)
      #expect(abs(found.count - 8000) <= 1)
      let expected = WaveFile.tone(440, seconds: 0.5)
      expectClose(
        found[500..<7500].map(Double.init), expected[500..<7500].map(Double.init), absolute: 2e-3, "\(rate)")
    }
  }

  /// A clip in the middle of a file is what the whole file has there.
  @Test(arguments: ["wav", "flac", "ogg"])
  func clipsAreStretchesOfTheirFile(suffix: String) throws {
    let path = golden("tone.\(suffix)")
    let whole = try decoded(path)
    let part = try reading.samples(of: SoundClip(file: 0, start: 1600, count: 800), in: path)
    expectClose(part.map(Double.init), whole[1600..<2400].map(Double.init), absolute: suffix == "ogg" ? 1e-3 : 1e-6)
  }

  @Test func whatIsNoSoundIsSaid() throws {
    try withTemporaryFolder { folder in
      func problem(of bytes: [UInt8], as name: String = "x.wav") throws -> String {
        let place = folder.appending(path: name)
        try Data(bytes).write(to: place)
        return self.problem(place.path)
      }
      let tone = WaveFile.tone(300, seconds: 0.2)
      let file = WaveFile(samples: tone, encoding: .float32).bytes
      #expect(try problem(of: file) == "")
      #expect(try problem(of: []) == "is empty")
      #expect(try problem(of: Array(repeating: 7, count: 5000)).contains("cannot be read as sound"))
      #expect(try problem(of: Array(file.prefix(20))).contains("cannot be read as sound"))
      #expect(try problem(of: Array(file.prefix(44))).contains("holds no sound"))
      // What a header claims beyond the end of its file is not there.
      for claimed in [UInt32.max, 0xFFFF_FFF0, 0x8000_0000] {
        #expect(try problem(of: WaveFile(samples: tone, claimed: claimed).bytes) == "")
      }
      var odd = WaveFile(samples: tone, encoding: .float32)
      odd.samples[100] = .nan
      #expect(try problem(of: odd.bytes).contains("no finite numbers"))
      odd.samples[100] = -.infinity
      #expect(try problem(of: odd.bytes).contains("no finite numbers"))
      odd.samples[100] = 1e20
      #expect(try problem(of: odd.bytes).contains("between -1 and 1"))
      #expect(try problem(of: WaveFile(samples: tone, rate: 1).bytes).contains("makes no sense"))
      let m4a = [0, 0, 0, 32] + Array("ftypM4A ".utf8) + Array(repeating: UInt8(0), count: 100)
      #expect(try problem(of: m4a, as: "x.m4a").contains("ffmpeg -i FILE -c:a flac FILE.flac"))
      #expect(try problem(of: [0xFF, 0xF1, 0x50, 0x80, 0, 0x1F, 0xFC, 0, 0, 0], as: "x.aac").contains("AAC"))
      #expect(try problem(of: Array("MThd".utf8) + [0, 0, 0, 6], as: "x.wav").contains("notes"))
      // A compressed file that was cut off.
      let flac = try [UInt8](Data(contentsOf: URL(fileURLWithPath: golden("tone.flac"))))
      #expect(try problem(of: Array(flac.prefix(flac.count / 2)), as: "x.flac").contains("cut off or damaged"))
      #expect(self.problem(folder.path).contains("not a regular file"))
    }
  }

  @Test func longFilesAreCutIntoClips() {
    func clips(_ count: Int, length: Int, stride: Int) -> [Range<Int>] {
      SoundCutting(length: length, stride: stride).clips(of: count)
    }
    #expect(clips(80, length: 100, stride: 100) == [0..<80])
    #expect(clips(100, length: 100, stride: 10) == [0..<100])
    #expect(clips(250, length: 100, stride: 100) == [0..<100, 100..<200, 200..<250])
    #expect(clips(249, length: 100, stride: 100) == [0..<100, 100..<200])
    #expect(clips(200, length: 100, stride: 50) == [0..<100, 50..<150, 100..<200])
    #expect(clips(400, length: 100, stride: 150) == [0..<100, 150..<250, 300..<400])
    // A rest begins no earlier than its turn.
    #expect(clips(400, length: 100, stride: 260) == [0..<100, 260..<360])
    for count in [1, 99, 101, 1000, 1234] {
      for stride in [1, 30, 100, 170] {
        for clip in clips(count, length: 100, stride: stride) { #expect(clip.count >= 1 && clip.upperBound <= count) }
      }
    }
  }

  private func configuration(clipSeconds: Double = 1) -> SoundConfiguration {
    let frontEnd = MelFrontEnd()
    return SoundConfiguration(
      reading: reading, frontEnd: frontEnd, viewFrames: 32, clipFrames: frontEnd.frames(lasting: clipSeconds),
      stride: nil, shortClips: .repeat, mean: -5, deviation: 3, recipe: SoundRecipe())
  }

  @Test func clipsHaveTheLabelsAndGroupsOfTheirFiles() throws {
    try withTemporaryFolder { folder in
      for (name, seconds) in [("low/a.wav", 2.5), ("low/b.wav", 0.5), ("high/c.wav", 1.0)] {
        let place = folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(WaveFile(samples: WaveFile.tone(name.hasPrefix("l") ? 200 : 2000, seconds: seconds)).bytes).write(
          to: place)
      }
      // Sound is known by its contents; what is none is left out.
      try Data(WaveFile(samples: WaveFile.tone(900, seconds: 0.5)).bytes).write(
        to: folder.appending(path: "high/d.dat"))
      try Data("notes".utf8).write(to: folder.appending(path: "low/notes.txt"))
      try Data([0, 0, 0, 32] + Array("ftypM4A ".utf8)).write(to: folder.appending(path: "low/e.m4a"))
      let data = try #require(try configuration().scan([folder.path], Annotations()) as? SoundCollection)
      // Clips of 1.11 s, by sixteen frames.
      #expect(
        data.names == [
          "high/c.wav", "high/d.dat", "low/a.wav 0.000-1.110", "low/a.wav 1.110-2.220", "low/b.wav",
        ])
      #expect(data.labels?.classIndices == [0, 0, 1, 1, 1] && data.labels?.classes == ["high", "low"])
      let groups = try #require(data.groups).indices.compactMap(\.self)
      #expect(groups[2] == groups[3] && Set(groups).count == 4)
      #expect(data.skipped.map(\.name) == ["low/e.m4a"] && data.leftOut.map(\.suffix) == [".txt"])
      #expect(data.notes.contains { $0.contains("cut into 5 clips") && $0.contains("0.28 s at the ends") })

      // A list finds the same clips again, without a search.
      let recorded = try JSONEncoder().encode(data.listing(of: [3, 0]))
      let listing = try JSONDecoder().decode(SoundListing.self, from: recorded)
      try listing.validate()
      let opened = try configuration().open(listing)
      #expect(opened.names == ["low/a.wav 1.110-2.220", "high/c.wav"] && opened.labels?.classes == ["high", "low"])
      let again = try #require(opened.listing(of: [0, 1]).list as? SoundListing)
      #expect(again.clips == listing.clips && again.files.files == listing.files.files)
      #expect(listing.countShared(with: listing) == 2 && listing.prefix(1).count == 1)
      #expect(
        opened.fingerprint(of: 0) == data.fingerprint(of: 3) && data.fingerprint(of: 0) != data.fingerprint(of: 2))
      #expect(opened.changes()?.changed == [])
      try Data(WaveFile(samples: WaveFile.tone(201, seconds: 2.5)).bytes).write(to: folder.appending(path: "low/a.wav"))
      #expect(opened.changes()?.changed == ["low/a.wav"])
    }
  }

  @Test func sharedSettingsAreChecked() throws {
    func problem(_ change: (inout SoundConfiguration) -> Void) -> String {
      var wrong = configuration()
      change(&wrong)
      do {
        try wrong.validate()
        return ""
      } catch {
        return error.name
      }
    }
    #expect(problem { _ in } == "")
    #expect(problem { $0.deviation = 0 } == "deviation")
    #expect(problem { $0.mean = .nan } == "mean")
    #expect(problem { $0.clipFrames = 16 } == "clipFrames")
    #expect(problem { $0.frontEnd.fft = 1000 } == "frontEnd.fft")
    #expect(problem { $0.frontEnd.high = 9000 } == "frontEnd.high")
    #expect(problem { $0.frontEnd.offset = 0 } == "frontEnd.floor")
    #expect(problem { $0.reading.rate = 8000 } == "reading.rate")
    #expect(problem { $0.recipe.mixing = 2 } == "recipe.mixing")
    #expect(problem { $0.stride = 0 } == "stride")
  }
}
