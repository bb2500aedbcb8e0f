import Foundation
import TestSupport
import Testing

@testable import Pictures

/// Files that are not what they say, or not at all. Each gives a DecodeError that says why; none ends the program.
@Suite struct HostileFileTests {
  private let folder: TemporaryFolder
  private let rule = CanonicalDecode(shortSide: 16)

  init() throws { folder = try TemporaryFolder() }

  private func reason(_ path: String, rule: CanonicalDecode? = nil) -> String {
    do throws(DecodeError) {
      _ = try PictureDecoder.decode(path: path, rule: rule ?? self.rule)
      return "decoded"
    } catch {
      #expect(error.path == path)
      return error.reason
    }
  }

  @Test func whatIsNoPictureIsSaid() throws {
    #expect(reason(folder.path("absent.jpg")) == "does not exist")
    #expect(reason(folder.url.path) == "is a folder, not a file")
    #expect(reason(try folder.write([], as: "empty.png")) == "is empty")
    let text = try folder.write(Array("a text\n".utf8), as: "text.jpg")
    #expect(
      reason(text)
        == "is none of the formats JPEG, PNG, WebP, TIFF, BMP, NumPy, DICOM, NIfTI, video (it begins with the bytes 61 20 74 65 78 74 0a)"
    )
    #expect(reason(try folder.write([0xFF, 0xD8])).hasPrefix("is none of"))
    #expect(reason(try folder.write([0xFF, 0xD8, 0xFF])).hasPrefix("is a damaged or unsupported JPEG file ("))
    #expect(reason(try folder.write([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10])).hasPrefix("is a damaged"))
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.path("dangling"), withDestinationPath: folder.path("nowhere"))
    #expect(reason(folder.path("dangling")) == "is a link to a file that does not exist")
    try manager.createSymbolicLink(atPath: folder.path("loop"), withDestinationPath: folder.path("loop"))
    #expect(reason(folder.path("loop")) == "is a link that leads to itself")
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    #expect(reason(folder.path("pipe")) == "is not a regular file")
    #expect(reason("/dev/null") == "is not a regular file")
    #expect(reason("a\0b").isEmpty == false)
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func unreadableFilesAreSaid() throws {
    let path = try folder.write(PNGFile.drawn(colourType: 2, depth: 8).bytes)
    chmod(path, 0)
    #expect(reason(path) == "may not be read (permission denied)")
  }

  @Test func hugeHeadersAreRefusedBeforeAnythingIsAllocated() throws {
    let png = PNGFile(width: 60_000, height: 60_000, colourType: 6, depth: 16, samples: [])
    let bytes = png.header + PNGFile.chunk("IDAT", [0x78, 0x01]) + PNGFile.chunk("IEND", [])
    let path = try folder.write(bytes)
    #expect(reason(path) == "has 60000 x 60000 pixels, more than the limit of 250000000")
    #expect(throws: DecodeError.self) { try PictureDecoder.checkHeader(path: path) }

    var jpeg = [UInt8](GoldenJPEGs.named("rgb").file)
    let frame = try #require(jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xEA, 0x60, 0xEA, 0x60])
    #expect(reason(try folder.write(jpeg)) == "has 60000 x 60000 pixels, more than the limit of 250000000")

    let small = try folder.write(PNGFile.drawn(colourType: 0, depth: 8).bytes)
    #expect(reason(small, rule: CanonicalDecode(shortSide: 4, maxPixels: 98)).hasSuffix("the limit of 98"))
    #expect(reason(small, rule: CanonicalDecode(shortSide: 4, maxPixels: 99)) == "decoded")
  }

  @Test func everyWrongByteOfAPNGIsNoticed() throws {
    // Damage in lengths, types, data and checksums of all chunks is noticed, also in chunks without pixels.
    var file = PNGFile.drawn(colourType: 2, depth: 8, width: 4, height: 4)
    file.exif = exifBlock(orientation: 6)
    let bytes = file.bytes
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      #expect(reason(try folder.write(damaged)) != "decoded", "byte \(index)")
    }
  }

  @Test func truncatedPNGsAreErrors() throws {
    for isInterlaced in [false, true] {
      let bytes = PNGFile.drawn(colourType: 6, depth: 8, isInterlaced: isInterlaced).bytes
      for count in bytes.indices {
        #expect(reason(try folder.write(Array(bytes.prefix(count)))) != "decoded", "\(count) bytes")
      }
    }
  }

  @Test func descriptorsAreGivenBack() throws {
    let good = try folder.write([UInt8](GoldenJPEGs.named("rgb").file), as: "good")
    let bad = try folder.write(Array(GoldenJPEGs.named("rgb").file.prefix(400)), as: "bad")
    let wrong = try folder.write(Array("text".utf8), as: "wrong")
    func open() -> Int32 {
      let descriptor = dup(0)
      close(descriptor)
      return descriptor
    }
    let before = open()
    for path in [good, bad, wrong, folder.url.path] { for _ in 0..<20 { _ = reason(path) } }
    #expect(open() == before)
  }

  @Test func picturesMustHaveTheSamplesTheySay() {
    #expect(Picture(width: 2, height: 2, channels: 3, samples: .uint8(.init(repeating: 0, count: 11))) == nil)
    #expect(Picture(width: 2, height: 2, channels: 17, samples: .uint8(.init(repeating: 0, count: 68))) == nil)
    #expect(Picture(width: 0, height: 2, channels: 1, samples: .uint8([])) == nil)
    #expect(Picture(width: .max, height: 2, channels: 1, samples: .uint8([0, 0])) == nil)
    #expect(Picture(width: 2, height: 1, channels: 1, samples: .uint16([1, 2])) != nil)
  }
}
