import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Sound

/// Sound files of several formats, flipped, cut and spliced: each gives samples or a reason, soon and in little memory; none
/// ends the program.
@Suite struct MutatedSoundTests {
  private static let isLong = ProcessInfo.processInfo.environment["SWIFTLET_LONG_TESTS"] != nil

  private static let soundFiles: [[UInt8]] = ["wav", "flac", "ogg", "mp3", "opus", "aiff", "caf", "w64", "au"]
    .compactMap {
      (try? Data(contentsOf: Bundle.module.bundleURL.appending(path: "Golden/tone.\($0)"))).map { [UInt8]($0) }
    }

  /// The file of a seed, always the same.
  private static func mutated(_ seed: Int) -> [UInt8] {
    var generator = ViewGenerator(seed: 2025, epoch: 0, sample: seed, view: 0)
    // Most of them WAV, FLAC, Ogg and MP3.
    let file = soundFiles[generator.happens(0.8) ? seed % 4 : seed % soundFiles.count]
    return TestSupport.mutated(file, among: soundFiles, decisive: 100, &generator)
  }

  @Test func mutatedFilesGiveSamplesOrAReason() throws {
    #expect(Self.soundFiles.count == 9)
    let folder = try TemporaryFolder()
    let reading = SoundReading(rate: 16_000, mixing: .mean)
    var (decoded, refused) = (0, 0)
    let memory = peakMemory()
    for seed in 0..<(Self.isLong ? 2000 : 300) {
      let path = try folder.write(Self.mutated(seed), as: "x")
      let started = ContinuousClock.now
      do throws(SoundProblem) {
        let file = try SoundFile(path: path)
        try file.checkEnd()
        let count = min(160_000, max(1, file.header.frames * 16_000 / file.header.rate))
        let samples = try reading.samples(of: SoundClip(file: 0, start: 0, count: count), in: path)
        #expect(samples.count <= count && samples.allSatisfy(\.isFinite))
        decoded += 1
      } catch {
        #expect(!error.reason.isEmpty && !error.reason.contains("\n"))
        refused += 1
      }
      #expect(started.duration(to: .now) < .seconds(20), "seed \(seed)")
    }
    #expect(decoded > 50 && refused > 50, "\(decoded) decoded, \(refused) refused")
    #expect(peakMemory() - memory < 200 << 20)
  }
}
