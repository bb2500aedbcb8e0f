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
    return TestSupport.mutated(soundFiles[seed % soundFiles.count], among: soundFiles, decisive: 200, &generator)
  }

  /// Decoded and refused files among `seeds`.
  private func tryAll(_ seeds: some Sequence<Int>) throws -> (decoded: Int, refused: Int) {
    try decodeDamaged(seeds, within: .seconds(5), file: Self.mutated) { path, rule throws(DecodeError) in
      let header = try PictureDecoder.checkHeader(path: path, maxPixels: rule.maxPixels)
      let picture = try PictureDecoder.decode(path: path, rule: rule)
      #expect(picture.samples.count == picture.width * picture.height * picture.channels)
      #expect(header.channels == picture.channels)
    }
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
}
