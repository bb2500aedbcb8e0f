import Foundation
import Testing

@testable import Samples

@Suite struct SamplePreviewTests {
  @Test func aPictureHoldsJustAsManyBytesAsItNeeds() throws {
    let grey = try #require(PreviewPicture(width: 3, height: 2, channels: 1, bytes: [1, 2, 3, 4, 5, 6]))
    #expect(grey.width == 3 && grey.height == 2 && grey.bytes == [1, 2, 3, 4, 5, 6])
    #expect(PreviewPicture(width: 1, height: 2, channels: 3, bytes: [1, 2, 3, 4, 5, 6]) != nil)
    for (width, height, channels) in [
      (3, 2, 3), (2, 2, 1), (0, 6, 1), (-3, -2, 1), (3, 1, 2), (6, 1, 0), (.max, .max, 1), (.max, 2, 3), (.min, 6, 1),
    ] {
      #expect(PreviewPicture(width: width, height: height, channels: channels, bytes: grey.bytes) == nil)
    }
    #expect(PreviewPicture(width: 1, height: 1, channels: 4, bytes: [1, 2, 3, 4]) == nil)
  }

  @Test func itsLongerSideIsReduced() throws {
    let picture = try #require(
      PreviewPicture(width: 8, height: 4, channels: 3, bytes: [UInt8](repeating: 90, count: 96)))
    let small = picture.reduced(side: 4)
    #expect(small == PreviewPicture(width: 4, height: 2, channels: 3, bytes: [UInt8](repeating: 90, count: 24)))
    #expect(picture.reduced(side: 100) == picture)
    let dot = picture.reduced(side: -1)
    #expect(dot.width == 1 && dot.height == 1)
  }

  @Test func itBecomesAJPEGThatDecodes() throws {
    let folder = try TemporaryFolder()
    let picture = try #require(
      PreviewPicture(width: 16, height: 8, channels: 1, bytes: [UInt8](repeating: 200, count: 128)))
    let path = try folder.write("a.jpg", Data(picture.jpeg(quality: 90)))
    let decoded = try PictureDecoder.decode(path: path, rule: CanonicalDecode(shortSide: 8))
    #expect(decoded.width == 16 && decoded.height == 8)
    guard case .uint8(let values) = decoded.samples else {
      Issue.record("a JPEG has 8 bits a value")
      return
    }
    #expect(values.count == 128 && values.allSatisfy { abs(Int($0) - 200) <= 2 })
    let long = try #require(
      PreviewPicture(width: 70_000, height: 1, channels: 1, bytes: [UInt8](repeating: 0, count: 70_000)))
    #expect(throws: PreviewPicture.EncodingFailure.self) { try long.jpeg(quality: 80) }
  }

  @Test func picturesOfOtherDepthsAreNoPreviews() throws {
    let deep = try #require(Picture(width: 1, height: 1, channels: 1, samples: .uint16([7])))
    let two = try #require(Picture(width: 1, height: 1, channels: 2, samples: .uint8([7, 8])))
    #expect(PreviewPicture(deep) == nil && PreviewPicture(two) == nil)
    #expect(PreviewPicture(two.thumbnail(side: 1))?.bytes == [7])
  }
}
