import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

@Suite struct NIfTITests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func values(_ file: NIfTIFile, _ frame: Int) throws -> [Float] {
    try #require(try PictureDecoder.values(path: folder.write(file.bytes), frame: frame))
  }

  /// The map of voxels whose axes go to the right, to the front and up.
  private static let upright: [[Float]] = [[2, 0, 0, -5], [0, 2, 0, -7], [0, 0, 3, 11]]

  @Test func slicesShowTheRightOnTheLeftAndTheFrontAtTheTop() throws {
    // 2 × 2 × 2 voxels with their numbers: x changes fastest.
    let file = NIfTIFile(sides: [2, 2, 2], map: Self.upright)
    // Columns go to the patient's left, so that x is mirrored; rows go to the back, so that y is.
    #expect(try values(file, 0) == [3, 2, 1, 0])
    #expect(try values(file, 1) == [7, 6, 5, 4])
    let origins = try PictureDecoder.origins(path: folder.write(file.bytes)).frames
    #expect(origins.map(\.position) == [11, 14])
  }

  @Test func theAxisUpwardIsCutWhereverItIsStored() throws {
    // The first voxel axis goes up, the second to the left, the third to the back.
    let file = NIfTIFile(sides: [2, 3, 2], map: [[0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0]])
    let header = try PictureDecoder.checkHeader(path: folder.write(file.bytes))
    #expect(header.width == 3 && header.height == 2)
    // Slice z: voxel z + 2 x + 6 y.
    #expect(try values(file, 0) == [0, 2, 4, 6, 8, 10])
    #expect(try values(file, 1) == [1, 3, 5, 7, 9, 11])
  }

  @Test(arguments: [
    [[Float]]?.none, [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], [[.nan, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
  ])
  func withoutAMapTheAxesStay(_ map: [[Float]]?) throws {
    let file = NIfTIFile(sides: [2, 2, 3], map: map)
    #expect(try values(file, 2) == [8, 9, 10, 11])
  }

  @Test func slopeInterceptAndTimeCount() throws {
    var file = NIfTIFile(sides: [2, 1, 2, 3])
    (file.slope, file.intercept) = (0.5, -1)
    #expect(try values(file, 0) == [-1, -0.5])
    // The last slice of the last of three volumes.
    #expect(try values(file, 5) == [4, 4.5])
    let origins = try PictureDecoder.origins(path: folder.write(file.bytes)).frames
    #expect(origins.count == 6 && Set(origins.map(\.plane)).count == 3)
  }

  @Test func compressedFilesAreKnownByTheirContents() throws {
    // Bytes of gzip with a stored block need no compressor.
    let plain = NIfTIFile(sides: [2, 2, 2], map: Self.upright).bytes
    let path = try folder.write(plain.gzipped, as: "volume")
    #expect(try PictureDecoder.checkHeader(path: path).format == .nifti)
    #expect(try PictureDecoder.values(path: path, frame: 1) == [7, 6, 5, 4])
    #expect(PictureFile.verdict(on: path) == .sample)
  }

  @Test func whatIsWrongIsOneClause() throws {
    func reason(_ file: NIfTIFile, dropping: Int = 0, as name: String = "a.nii") throws -> String {
      let path = try folder.write(Array(file.bytes.dropLast(dropping)), as: name)
      do throws(DecodeError) {
        _ = try PictureDecoder.decode(path: path, rule: CanonicalDecode(shortSide: 8))
        return "decoded"
      } catch { return error.reason }
    }
    let good = NIfTIFile(sides: [4, 4, 4])
    #expect(try reason(good) == "decoded")
    #expect(try reason(good, dropping: 1).contains("cut off"))
    var bad = good
    bad.changes = [(42, [0, 0])]
    #expect(try reason(bad).contains("side"))
    bad.changes = [(42, [0xFF, 0x7F]), (44, [0xFF, 0x7F]), (46, [0xFF, 0x7F])]
    #expect(try reason(bad).contains("cut off"))
    bad.changes = [(70, [32, 0])]
    #expect(try reason(bad).contains("type"))
    bad.changes = [(40, [9, 0])]
    #expect(try reason(bad).contains("dimensions"))
    bad.changes = [(344, Array("ni1".utf8))]
    #expect(try reason(bad).contains("file of their own"))
    // A small file of gzip that says to hold a terabyte.
    var bomb = NIfTIFile(sides: [4, 4, 4])
    bomb.changes = [(42, [0x10, 0x27]), (44, [0x10, 0x27]), (46, [0x10, 0x27])]
    let path = try folder.write(bomb.bytes.gzipped, as: "bomb.nii.gz")
    let error = #expect(throws: DecodeError.self) { try PictureDecoder.checkHeader(path: path) }
    #expect(error?.reason.contains("more voxels than it can hold") == true)
    let broken = try folder.write([0x1F, 0x8B, 8, 0, 1], as: "broken.nii.gz")
    #expect(PictureFile.verdict(on: broken) == .sample)
    #expect(throws: DecodeError.self) { try PictureDecoder.checkHeader(path: broken) }
  }
}

extension [UInt8] {
  /// A gzip file with one stored block (RFC 1951 and 1952).
  var gzipped: [UInt8] {
    var checksum: UInt32 = .max
    for byte in self {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
    }
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    let length = UInt32(count)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(length, 2) + little(~length, 2) + self
      + little(~checksum, 4) + little(length, 4)
  }
}
