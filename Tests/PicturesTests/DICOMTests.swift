import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// DICOM files that the tests write: what a pixel means is known by hand. `scripts/reference/dicom` compares with pydicom.
@Suite(.enabled(if: PictureFormat.dicom.isBuilt)) struct DICOMTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func values(_ file: DICOMFile, frame: Int = 0) throws -> [Float] {
    try #require(try PictureDecoder.values(path: folder.write(file.bytes), frame: frame))
  }

  private func picture(_ file: DICOMFile, _ part: SamplePart? = nil) throws -> Picture {
    try PictureDecoder.decode(
      path: folder.write(file.bytes), part: part, rule: CanonicalDecode(shortSide: 64, measured: MeasuredValues()))
  }

  private func words(_ picture: Picture) throws -> [UInt16] {
    guard case .uint16(let words) = picture.samples else { throw DecodeError(path: "", reason: "has no words") }
    return words
  }

  private func colours(_ file: DICOMFile) throws -> [UInt8] {
    guard case .uint8(let samples) = try picture(file).samples else {
      throw DecodeError(path: "", reason: "has no bytes")
    }
    return samples
  }

  // MARK: Grey values

  @Test(arguments: DICOMFile.Syntax.allCases, [true, false]) func everyPlainSyntaxGivesTheSame(
    _ syntax: DICOMFile.Syntax, _ hasHeader: Bool
  ) throws {
    for (bits, numbers) in [
      (8, [0, 1, 254, 255, 7, 9]), (16, [0, 1, 0x1234, 65535, 7, 9]), (32, [0, 1, 0x12345, 1 << 31, 7, 9]),
    ] {
      var file = DICOMFile(grey: numbers, width: 3, bits: bits)
      file[0x0008_0060] = .text("CS", "MR")
      (file.syntax, file.hasHeader) = (syntax, hasHeader)
      // A file without a header does not say its syntax; it has to be guessed.
      #expect(try values(file) == numbers.map { Float($0) }, "\(bits) bits")
    }
  }

  @Test func signsReachToTheBitsThatAreStored() throws {
    // Of 16 bits 12 are stored; an overlay is in the others, as old files have it.
    let file = DICOMFile(grey: [0x0FFF, 0xF7FF, 0x1800, 0x0001], width: 2, stored: 12, isSigned: true)
    #expect(try values(file) == [-1, 2047, -2048, 1])
  }

  @Test func highBitsAreMovedDown() throws {
    var file = DICOMFile(grey: [0x1230, 0xFFF0], width: 2, stored: 12)
    file[0x0028_0102] = .words([15])
    #expect(try values(file) == [0x123, 0xFFF])
  }

  @Test func slopeAndInterceptAreAppliedAndHounsfieldUnitsHaveOneRange() throws {
    var file = DICOMFile(grey: [0, 1024, 2048, 4000], width: 2)
    file.identify(patient: "1")
    file.rescale(slope: 1, intercept: -1024)
    #expect(try values(file) == [-1024, 0, 1024, 2976])
    #expect(try words(picture(file)) == [0, 32768, 65535, 65535])
    // Another unit is no Hounsfield unit: percentiles are used.
    file[0x0028_1054] = .text("LO", "US")
    #expect(try words(picture(file)).max() == 65535)
    #expect(try words(picture(file))[1] < 20000)
  }

  @Test func aTableOfTheModalityComesBeforeAll() throws {
    var file = DICOMFile(grey: [0, 1, 2, 9], width: 2, bits: 8)
    file[0x0028_3000] = .items([
      [(0x0028_3002, .words([3, 1, 16])), (0x0028_3004, .text("LO", "US")), (0x0028_3006, .words([100, 200, 300]))]
    ])
    #expect(try values(file) == [100, 100, 200, 300])
  }

  @Test func whiteAndBlackAreExchangedLast() throws {
    var file = DICOMFile(grey: Array(0..<200), width: 20)
    let plain = try words(picture(file))
    file[0x0028_0004] = .text("CS", "MONOCHROME1")
    #expect(try values(file) == (0..<200).map { Float($0) })
    #expect(try words(picture(file)) == plain.map { .max - $0 })
  }

  @Test func paddingCountsNowhereAndIsBlack() throws {
    var file = DICOMFile(grey: [-2000, 0, 100, -1999, 50, -2000], width: 3, isSigned: true)
    file[0x0028_0120] = .signed([-2000])
    #expect(try values(file).map(\.isNaN) == [true, false, false, false, false, true])
    file[0x0028_0121] = .signed([-1990])
    #expect(try values(file).map(\.isNaN) == [true, false, false, true, false, true])
    // Percentiles of 0, 50 and 100 alone.
    let shown = try words(picture(file))
    #expect(shown[0] == 0 && shown[1] == 0 && shown[2] == 65535 && abs(Int(shown[4]) - 32768) < 400)
    file[0x0028_0004] = .text("CS", "MONOCHROME1")
    #expect(try words(picture(file))[0] == 0)
    let empty = DICOMFile.allPadding
    #expect(throws: DecodeError.self) { try picture(empty) }
  }

  @Test func floatingPointNumbersAndSingleBitsAreRead() throws {
    var file = DICOMFile(grey: [0, 0, 0, 0], width: 2, bits: 32)
    file[0x7FE0_0010] = nil
    file[0x7FE0_0008] = .floats([0.5, -1, .nan, 3])
    let found = try values(file)
    #expect(found[0] == 0.5 && found[1] == -1 && found[2].isNaN && found[3] == 3)
    var mask = DICOMFile(grey: Array(repeating: 0, count: 10), width: 5, bits: 8)
    mask[0x0028_0100] = .words([1])
    mask[0x0028_0101] = .words([1])
    mask[0x0028_0102] = .words([0])
    mask[0x7FE0_0010] = .pixels8([0b1010_0101, 0b0000_0010])
    #expect(try values(mask) == [1, 0, 1, 0, 0, 1, 0, 1, 0, 1])
  }

  // MARK: Colours

  @Test func planesBecomePixels() throws {
    let pixels: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    #expect(try colours(DICOMFile(colours: pixels, width: 2)) == pixels)
    let planes: [UInt8] = [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]
    #expect(try colours(DICOMFile(colours: planes, width: 2, isPlanar: true)) == pixels)
  }

  @Test func brightnessAndColourBecomeRGB() throws {
    // Black, white, and the red of JPEG's own table: Y 76, Cb 85, Cr 255.
    let file = DICOMFile(
      colours: [0, 128, 128, 255, 128, 128, 76, 85, 255, 76, 85, 255], width: 2, photometric: "YBR_FULL")
    #expect(try colours(file) == [0, 0, 0, 255, 255, 255, 254, 0, 0, 254, 0, 0])
  }

  @Test func palettesAreLookedUp() throws {
    var file = DICOMFile(grey: [0, 1, 2, 1], width: 2, bits: 8)
    file[0x0028_0004] = .text("CS", "PALETTE COLOR")
    for (tag, entries) in [(UInt32(1), [10, 20, 65535]), (2, [0, 1, 2]), (3, [7, 8, 9])] {
      file[0x0028_1100 + tag] = .words([3, 0, 16])
      file[0x0028_1200 + tag] = .pixels16(entries.map { UInt16($0) })
    }
    #expect(try words(picture(file)) == [10, 0, 7, 20, 1, 8, 65535, 2, 9, 20, 1, 8])
    file[0x0028_1203] = nil
    #expect(throws: DecodeError.self) { try picture(file) }
  }

  // MARK: Several pictures

  @Test func eachFrameHasItsOwnPlaceSlopeAndPixels() throws {
    var file = DICOMFile(grey: Array(0..<12), width: 2, bits: 8, frames: 3)
    file.identify(patient: "1", series: "1.2", modality: "MR")
    file[0x5200_9230] = .items(
      [30.0, 10, 20].enumerated().map { number, z in
        [
          (0x0020_9113, .items([[(0x0020_0032, .text("DS", "0\\0\\\(z)"))]])),
          (0x0028_9145, .items([[(0x0028_1052, .text("DS", "\(100 * number)")), (0x0028_1053, .text("DS", "1"))]])),
        ]
      })
    file[0x5200_9229] = .items([
      [(0x0020_9116, .items([[(0x0020_0037, .text("DS", "1\\0\\0\\0\\1\\0"))]]))]
    ])
    let (header, origins) = try PictureDecoder.origins(path: folder.write(file.bytes))
    #expect(header.bitsPerSample == 16 && origins.map(\.position) == [30, 10, 20])
    #expect(Set(origins.map(\.plane)).count == 1)
    #expect(try values(file, frame: 0) == [0, 1, 2, 3])
    #expect(try values(file, frame: 2) == [208, 209, 210, 211])
  }

  @Test func identifiersAreEqualOrNotAndNothingElse() throws {
    var file = DICOMFile(grey: [0, 1, 2, 3], width: 2)
    file.identify(patient: "A 1", name: "Doe^John", birth: "19700101", study: "1.2.3", series: "1.2.4")
    func origin(_ file: DICOMFile) throws -> FrameOrigin {
      try #require(try PictureDecoder.origins(path: folder.write(file.bytes)).frames.first)
    }
    let first = try origin(file)
    file[0x0010_0020] = .text("LO", "A 2")
    let second = try origin(file)
    #expect(first.patient != second.patient && first.study == second.study && first.person == second.person)
    #expect(first.modality == "CT")
    // A modality that is none could be anything.
    file[0x0008_0060] = .text("CS", "DOE 7")
    #expect(try origin(file).modality == nil)
    file[0x0028_0301] = .text("CS", "YES")
    #expect(try origin(file).isBurnedIn)
  }

  // MARK: Damage

  @Test func whatIsWrongIsOneClause() throws {
    func reason(_ file: DICOMFile, cut: Int = 0) throws -> String {
      let path = try folder.write(Array(file.bytes.dropLast(cut)))
      do throws(DecodeError) {
        _ = try PictureDecoder.decode(path: path, rule: CanonicalDecode(shortSide: 8))
        return "decoded"
      } catch { return error.reason }
    }
    let good = DICOMFile(grey: Array(0..<64), width: 8)
    #expect(try reason(good) == "decoded")
    #expect(try reason(DICOMFile(grey: [3], width: 1)) == "decoded")
    var bad = good
    bad[0x7FE0_0010] = nil
    #expect(try reason(bad).contains("holds no pixels"))
    bad = good
    bad[0x0028_0010] = .words([9000])
    #expect(try reason(bad).contains("cut off"))
    bad = good
    bad[0x0028_0008] = .text("IS", "60000")
    #expect(try reason(bad).contains("cut off"))
    bad[0x0028_0008] = .text("IS", "2147483647")
    #expect(try reason(bad).contains("cut off"))
    bad = good
    bad[0x0028_0101] = .words([40])
    #expect(try reason(bad).contains("40 bits"))
    bad = good
    bad[0x0028_1053] = .text("DS", "nan")
    bad[0x0028_1052] = .text("DS", "0")
    #expect(try !reason(bad).isEmpty)
    bad = good
    bad[0x0028_0100] = .words([24])
    #expect(try reason(bad).contains("24 bits"))
    bad = good
    bad[0x0028_0002] = .words([4])
    #expect(try reason(bad).contains("4 samples"))
    #expect(try !reason(good, cut: 60).contains("decoded"))
  }

  /// A file that says 60,000 pictures and has them is listed in time.
  @Test(.timeLimit(.minutes(1))) func manyFramesAreListed() throws {
    let file = DICOMFile(grey: [Int](repeating: 7, count: 60_000), width: 1, bits: 8, frames: 60_000)
    let path = try folder.write(file.bytes)
    #expect(try PictureDecoder.origins(path: path).frames.count == 60_000)
    #expect(try PictureDecoder.values(path: path, frame: 59_999) == [7])
  }
}

extension DICOMFile {
  fileprivate static var allPadding: DICOMFile {
    var file = DICOMFile(grey: [5, 5, 5, 5], width: 2)
    file[0x0028_0120] = .words([5])
    return file
  }
}
