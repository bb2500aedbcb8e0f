import Foundation
import TestSupport
import Testing

@testable import Pictures

@Suite struct ContentKeyTests {
  /// Copies have one key; files of one size with other contents, and files of other sizes, have others.
  @Test func equalFilesHaveEqualKeys() throws {
    let folder = try TemporaryFolder()
    func picture(_ red: UInt8, width: Int = 9) -> Data {
      drawnPNG(width: width, height: 8) { x, y in [red, UInt8(x), UInt8(y)] }
    }
    for (name, data) in [("a", picture(1)), ("b", picture(2)), ("c", picture(1)), ("d", picture(1, width: 30))] {
      try folder.write("\(name).png", data)
    }
    let images = ImageCollection(
      try ImageFolder(folder.path), ImageConfiguration(imageSize: 16, views: .small))
    let keys = (0..<4).map { images.fingerprint(of: $0) }
    #expect(!keys.contains(nil) && keys[0] == keys[2] && Set(keys).count == 3)
    // A file of a size of its own is not read for its key.
    chmod(folder.path("d.png"), 0)
    defer { chmod(folder.path("d.png"), 0o600) }
    #expect(images.fingerprint(of: 3) == keys[3])
    unlink(folder.path("a.png"))
    #expect(images.fingerprint(of: 0) == nil)
  }
}
