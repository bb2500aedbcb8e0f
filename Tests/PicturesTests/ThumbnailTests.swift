import Foundation
import TestSupport
import Testing

@testable import Pictures

private struct NotEightBits: Error {}

@Suite struct ThumbnailTests {
  /// Left half dark, right half light.
  private func halves(width: Int, height: Int, channels: Int, isWide: Bool = false) throws -> Picture {
    let samples = (0..<width * height * channels).map { $0 / channels % width < width / 2 ? 20 : 200 }
    return try #require(
      Picture(
        width: width, height: height, channels: channels,
        samples: isWide ? .uint16(samples.map { UInt16($0 * 257) }) : .uint8(samples.map { UInt8($0) })))
  }

  @Test(arguments: [1, 3], [false, true])
  func theLongerSideIsReduced(_ channels: Int, _ isWide: Bool) throws {
    let small = try halves(width: 80, height: 40, channels: channels, isWide: isWide).thumbnail(side: 20)
    #expect(small.width == 20 && small.height == 10 && small.channels == channels)
    guard case .uint8(let samples) = small.samples else { throw NotEightBits() }
    for row in 0..<10 {
      #expect(abs(Int(samples[(row * 20 + 2) * channels]) - 20) <= 1)
      #expect(abs(Int(samples[(row * 20 + 17) * channels]) - 200) <= 1)
    }
    let whole = try halves(width: 8, height: 6, channels: channels).thumbnail(side: 20)
    #expect(try whole == halves(width: 8, height: 6, channels: channels))
    let thread = try halves(width: 4000, height: 1, channels: channels).thumbnail(side: 16)
    #expect(thread.width == 16 && thread.height == 1)
  }

  @Test(arguments: [1, 3]) func whatIsEncodedIsDecoded(_ channels: Int) throws {
    let picture = try halves(width: 32, height: 24, channels: channels)
    let folder = try TemporaryFolder()
    let path = try folder.write("picture.jpg", Data(PictureEncoder.jpeg(picture, quality: 95)))
    let decoded = try PictureDecoder.decode(path: path, rule: CanonicalDecode(shortSide: 64))
    #expect(decoded.width == 32 && decoded.height == 24 && decoded.channels == channels)
    guard case .uint8(let a) = decoded.samples, case .uint8(let b) = picture.samples else {
      throw NotEightBits()
    }
    #expect(zip(a, b).allSatisfy { abs(Int($0) - Int($1)) < 12 })
  }

  @Test func ofManyChannelsSomeAreShown() throws {
    let picture = Picture(width: 2, height: 1, channels: 5, samples: .float32([0, 0.2, 0.4, 9, 9, 1, 0.6, 0.8, 9, 9]))
    let shown = try #require(picture).thumbnail(side: 8)
    #expect(shown.channels == 3 && shown.samples == .uint8([0, 51, 102, 255, 153, 204]))
    let two = try #require(Picture(width: 1, height: 1, channels: 2, samples: .uint16([257, 65535])))
    #expect(two.thumbnail(side: 8).samples == .uint8([1]))
    #expect(throws: PictureEncoder.Failure.self) { try PictureEncoder.jpeg(two, quality: 80) }
    let odd = try #require(Picture(width: 2, height: 1, channels: 1, samples: .float32([.nan, 7])))
    #expect(try PictureEncoder.jpeg(odd, quality: 80).count > 100)
  }

  @Test func aPictureTooLargeForTheFormatIsRefused() throws {
    let long = try halves(width: 70_000, height: 1, channels: 1)
    #expect(throws: PictureEncoder.Failure.self) { try PictureEncoder.jpeg(long, quality: 80) }
  }
}
