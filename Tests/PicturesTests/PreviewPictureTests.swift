import Pictures
import Samples
import Testing

@Suite struct PreviewPictureTests {
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
}
