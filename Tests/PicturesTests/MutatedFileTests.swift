import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// Sound files of all formats, flipped, cut and spliced: each gives a picture or a DecodeError, soon and in little
/// memory; none ends the program.
@Suite struct MutatedFileTests {
  private static let isLong = ProcessInfo.processInfo.environment["SWIFTLET_LONG_TESTS"] != nil

  static let soundFiles: [[UInt8]] =
    GoldenFormats.all.map { [UInt8]($0.file) } + GoldenJPEGs.all.map { [UInt8]($0.file) }
    + PNGDecodingTests.kinds.map { PNGFile.drawn(colourType: $0.type, depth: $0.depth, isInterlaced: true).bytes }

  /// The file of a seed, always the same.
  static func mutated(_ seed: Int) -> [UInt8] {
    var generator = ViewGenerator(seed: 2024, epoch: 0, sample: seed, view: 0)
    var bytes = soundFiles[seed % soundFiles.count]
    for _ in 0...generator.integer(below: 4) {
      // Most of the decisive bytes are at the beginning.
      let reach = generator.happens(0.5) ? min(200, bytes.count) : bytes.count
      switch generator.integer(below: 8) {
      case 0: bytes[generator.integer(below: reach)] = [0, 1, 0x7F, 0x80, 0xFF][generator.integer(below: 5)]
      case 1: bytes[generator.integer(below: reach)] ^= 1 << UInt8(generator.integer(below: 8))
      case 2: bytes.removeLast(generator.integer(below: bytes.count))
      case 3:
        let start = generator.integer(below: reach)
        bytes.removeSubrange(start..<min(bytes.count, start + 1 + generator.integer(below: 40)))
      case 4:
        let other = soundFiles[generator.integer(below: soundFiles.count)]
        let start = generator.integer(below: other.count)
        let piece = other[start..<min(other.count, start + 1 + generator.integer(below: 200))]
        bytes.insert(contentsOf: piece, at: generator.integer(below: reach))
      case 5:
        let other = soundFiles[generator.integer(below: soundFiles.count)]
        bytes = Array(
          bytes[..<generator.integer(below: bytes.count)] + other[generator.integer(below: other.count)...])
      default: bytes[generator.integer(below: reach)] = UInt8(truncatingIfNeeded: generator.next())
      }
      if bytes.isEmpty { bytes = [0] }
    }
    return bytes
  }

  /// Decoded and refused files among `seeds`.
  private func tryAll(_ seeds: some Sequence<Int>) throws -> (decoded: Int, refused: Int) {
    let folder = try TemporaryFolder()
    // The limit prevents that a damaged size needs gigabytes.
    let rule = CanonicalDecode(shortSide: 16, maxPixels: 4_000_000)
    var (decoded, refused) = (0, 0)
    let memory = peakMemory()
    for seed in seeds {
      let path = try folder.write(Self.mutated(seed))
      let started = ContinuousClock.now
      do throws(DecodeError) {
        let header = try PictureDecoder.checkHeader(path: path, maxPixels: rule.maxPixels)
        let picture = try PictureDecoder.decode(path: path, rule: rule)
        #expect(picture.samples.count == picture.width * picture.height * picture.channels)
        #expect(header.channels == picture.channels)
        decoded += 1
      } catch {
        #expect(!error.reason.isEmpty)
        refused += 1
      }
      let duration = started.duration(to: .now)
      #expect(duration < .seconds(5), "seed \(seed) took \(duration)")
    }
    let grown = peakMemory() - memory
    #expect(grown < 512 << 20, "the memory grew by \(grown >> 20) MiB")
    return (decoded, refused)
  }

  @Test(.timeLimit(.minutes(2))) func aFewHundred() throws {
    let (decoded, refused) = try tryAll(0..<500)
    #expect(decoded > 50 && refused > 50, "\(decoded) decoded, \(refused) refused")
  }

  @Test(.enabled(if: isLong), .timeLimit(.minutes(20))) func fiveThousand() throws {
    let (decoded, refused) = try tryAll(500..<5500)
    print("5,000 mutated files: \(decoded) decoded, \(refused) refused")
    #expect(decoded > 500 && refused > 500, "\(decoded) decoded, \(refused) refused")
  }

  /// The peak memory of this process in bytes; 0 if the system does not report it.
  private func peakMemory() -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return kilobytes << 10
  }
}
