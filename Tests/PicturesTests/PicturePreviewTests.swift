import Foundation
import Learning
import Samples
import TestSupport
import Testing

@testable import Pictures

@Suite struct PicturePreviewTests {
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
