import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// DICOM and NIfTI files, flipped, cut and spliced: each gives a picture or a DecodeError, soon and in little memory; none
/// ends the program.
@Suite struct MutatedMedicalTests {
  private static let isLong = ProcessInfo.processInfo.environment["SWIFTLET_LONG_TESTS"] != nil

  /// Files of pydicom, if `scripts/reference/dicom` fetched them, and small ones of our own.
  private static let originals: [[UInt8]] = {
    var files: [[UInt8]] = []
    for syntax in DICOMFile.Syntax.allCases {
      var file = DICOMFile(grey: (0..<64).map { 60 * $0 }, width: 8, stored: 12, isSigned: true)
      file.syntax = syntax
      file.identify(patient: "1", name: "Doe", birth: "19700101", study: "1.2", series: "1.3", instance: 1)
      file.place(z: 3)
      file.rescale(slope: 1, intercept: -1024)
      files.append(file.bytes)
      file.hasHeader = false
      files.append(file.bytes)
      var many = DICOMFile(grey: (0..<96).map { $0 }, width: 4, bits: 8, frames: 6)
      many.syntax = syntax
      files.append(many.bytes)
      var colours = DICOMFile(colours: (0..<48).map { UInt8($0) }, width: 4, photometric: "YBR_FULL", isPlanar: true)
      colours.syntax = syntax
      files.append(colours.bytes)
    }
    let volume = NIfTIFile(sides: [5, 4, 6], map: [[0, 2, 0, 0], [0, 0, 2, 0], [3, 0, 0, 0]])
    files += [volume.bytes, volume.bytes.gzipped, NIfTIFile(sides: [4, 4, 2, 3]).bytes]
    let fetched = PydicomFiles.all.filter { $0.count < 400_000 }
    return files + fetched
  }()

  private func tryAll(_ seeds: Range<Int>) throws -> (decoded: Int, refused: Int) {
    try decodeDamaged(seeds, within: .seconds(10)) { seed in
      var generator = ViewGenerator(seed: 77, epoch: 0, sample: seed, view: 0)
      return mutated(Self.originals[seed % Self.originals.count], among: Self.originals, decisive: 700, &generator)
    } decode: { path, rule throws(DecodeError) in
      let (header, origins) = try PictureDecoder.origins(path: path, maxPixels: rule.maxPixels)
      for frame in [0, origins.count - 1] {
        let picture = try PictureDecoder.decode(path: path, part: SamplePart(frame: max(frame, 0)), rule: rule)
        #expect(header.channels == picture.channels)
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func aFewHundred() throws {
    let (decoded, refused) = try tryAll(0..<400)
    #expect(decoded > 40 && refused > 40, "\(decoded) decoded, \(refused) refused")
  }

  @Test(.enabled(if: isLong), .timeLimit(.minutes(60))) func twentyThousand() throws {
    let (decoded, refused) = try tryAll(400..<20_400)
    print("20,000 mutated files: \(decoded) decoded, \(refused) refused")
    #expect(decoded > 2000 && refused > 2000, "\(decoded) decoded, \(refused) refused")
  }
}
