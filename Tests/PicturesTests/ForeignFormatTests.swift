import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// Pictures are known by what is in them, and those that cannot be read are named with what to do.
@Suite struct ForeignFormatTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func picture(_ red: UInt8) -> Data { drawnPNG(width: 9, height: 8) { x, y in [red, UInt8(x), UInt8(y)] } }

  private static let heic: [UInt8] = [0, 0, 0, 24] + Array("ftypheic".utf8) + [UInt8](repeating: 0, count: 200)

  @Test func picturesAreReadWhateverTheirNames() throws {
    let jpeg = [0xFF, 0xD8, 0xFF] as [UInt8]
    for (index, name) in ["a.png", "b.jpg", "c", "d.gif", "e.heic", "f.dat"].enumerated() {
      try folder.write(name, picture(UInt8(index)))
    }
    try folder.write("g.txt", picture(9))
    try folder.write(jpeg + [0, 1], as: "h")
    let photos = try ImageFolder(folder.path)
    #expect(photos.files.names == ["a.png", "b.jpg", "c", "d.gif", "e.heic", "f.dat"])
    #expect(photos.skipped.map(\.name) == ["h"])
    #expect(photos.skipped.first?.reason.contains("damaged") == true)
    // Its name says that it is a text, so that it is not opened.
    #expect(photos.leftOut.map(\.names) == [["g.txt"]])
  }

  @Test(arguments: [
    ("a.heic", heic, "HEIC picture", "heif-convert"), ("a.jpg", heic, "HEIC picture", "heif-convert"),
    ("a", Array("GIF89a".utf8) + heic, "GIF picture", "magick"), ("a.gif", [1], "GIF picture", "magick"),
    ("a.dng", [0x49, 0x49, 42, 0] + heic, "raw picture of a camera", "darktable-cli"),
    ("a.exr", [0x76, 0x2F, 0x31, 0x01], "OpenEXR picture", "float32 TIFF"),
    ("a.pgm", Array("P5\n1 1\n".utf8), "Netpbm picture", "magick"),
    ("a.avif", Array("....ftypavif".utf8), "AVIF picture", "avifdec"),
  ])
  func whatCannotBeReadIsNamedWithARemedy(_ name: String, _ bytes: [UInt8], _ format: String, _ remedy: String) throws {
    for index in 0..<2 { try folder.write("\(index).png", picture(UInt8(index))) }
    try folder.write(bytes, as: name)
    let photos = try ImageFolder(folder.path)
    let skipped = try #require(photos.skipped.first)
    #expect(photos.count == 2 && photos.skipped.count == 1 && skipped.name == name)
    #expect(skipped.reason.contains("\(format), which Swiftlet does not read"), "\(skipped.reason)")
    #expect(skipped.reason.contains(remedy), "\(skipped.reason)")
    #expect(photos.leftOut.isEmpty)
  }

  @Test func aFolderOfNothingElseIsRefusedWithTheRemedy() throws {
    for index in 0..<3 { try folder.write(Self.heic, as: "\(index).HEIC") }
    let error = #expect(throws: DatasetError.self) { try ImageFolder(folder.path) }
    let sentence = error?.description ?? ""
    #expect(sentence.contains("None of the 3 candidates"), "\(sentence)")
    #expect(sentence.contains("3 .heic (0.HEIC, 1.HEIC, 2.HEIC): is a HEIC picture"), "\(sentence)")
  }

  /// Two letters make no BMP.
  @Test func aTextThatBeginsLikeABMPIsNoPicture() throws {
    for index in 0..<2 { try folder.write("\(index).png", picture(UInt8(index))) }
    try folder.write("BMW", "BMW and other cars")
    let photos = try ImageFolder(folder.path)
    #expect(photos.skipped.isEmpty && photos.leftOut.map(\.names) == [["BMW"]])
  }
}
