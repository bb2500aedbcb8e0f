import Samples
import TestSupport
import Testing

@testable import Pictures

@Suite struct JPEGDecodingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: GoldenJPEGs.all)
  func agreesWithPillow(_ golden: GoldenJPEGs.Case) throws {
    let path = try folder.write([UInt8](golden.file), as: "named wrongly.png")
    for decoded in golden.decoded {
      let rule = CanonicalDecode(shortSide: decoded.reduction == 1 ? 1 << 20 : min(decoded.width, decoded.height))
      let picture = try PictureDecoder.decode(path: path, rule: rule)
      #expect([picture.width, picture.height, picture.channels] == [decoded.width, decoded.height, decoded.channels])
      guard case .uint8(let samples) = picture.samples else {
        Issue.record("JPEG has 8 bits")
        continue
      }
      let differences = zip(samples, decoded.samples).map { abs(Int($0) - Int($1)) }
      // Pillow brings a libjpeg-turbo of its own; versions differ by a rounding here and there.
      #expect(differences.max()! <= 2)
      #expect(Double(differences.reduce(0, +)) / Double(differences.count) < 0.1)
    }
  }

  @Test func noPictureIsReducedByMoreThanEight() throws {
    let path = try folder.write([UInt8](GoldenJPEGs.named("rgb").file))
    let picture = try PictureDecoder.decode(path: path, rule: CanonicalDecode(shortSide: 1))
    #expect([picture.width, picture.height] == [9, 7])
  }

  @Test(arguments: 1...8)
  func exifOrientationIsUndone(orientation: Int) throws {
    let golden = GoldenJPEGs.named("rgb")
    let upright = try PictureDecoder.decode(
      path: folder.write([UInt8](golden.file)), rule: CanonicalDecode(shortSide: 30))
    let path = try folder.write(withExif(golden, exifBlock(orientation: orientation, isLittleEndian: false)))
    let picture = try PictureDecoder.decode(path: path, rule: CanonicalDecode(shortSide: 30))
    let isTransposed = orientation >= 5
    let (width, height) = isTransposed ? (50, 67) : (67, 50)
    #expect([picture.width, picture.height] == [width, height])
    let header = try PictureDecoder.checkHeader(path: path)
    #expect([header.width, header.height, header.channels, header.bitsPerSample] == [width, height, 3, 8])
    guard case .uint8(let source) = upright.samples, case .uint8(let turned) = picture.samples else { return }
    // Where the first row and the first column of the stored picture belong, from the table of the Exif specification.
    let firstRow = ["top", "top", "bottom", "bottom", "left", "right", "right", "left"][orientation - 1]
    let firstColumn = ["left", "right", "right", "left", "top", "top", "bottom", "bottom"][orientation - 1]
    func place(_ index: Int, _ count: Int, _ side: String) -> Int {
      side == "top" || side == "left" ? index : count - 1 - index
    }
    for (row, column) in [(0, 0), (0, 66), (49, 0), (49, 66), (7, 31)] {
      let (alongRows, alongColumns) = (place(row, 50, firstRow), place(column, 67, firstColumn))
      let (x, y) = isTransposed ? (alongRows, alongColumns) : (alongColumns, alongRows)
      #expect(turned[3 * (y * width + x)] == source[3 * (row * 67 + column)])
    }
  }

  @Test func damagedExifIsIgnored() throws {
    let golden = GoldenJPEGs.named("grey")
    for block in [
      exifBlock(orientation: 0), exifBlock(orientation: 9), Array(exifBlock(orientation: 6).prefix(15)), [],
      Array("II".utf8) + [42, 0, 255, 255, 255, 255, 1, 2, 3], randomBytes(60), Array("MM".utf8),
    ] {
      let picture = try PictureDecoder.decode(
        path: folder.write(withExif(golden, block)), rule: CanonicalDecode(shortSide: 50))
      #expect([picture.width, picture.height] == [67, 50])
    }
  }

  @Test(arguments: ["rgb", "progressive", "restart markers", "grey", "cmyk"])
  func truncatedFilesAreErrors(name: String) throws {
    let file = [UInt8](GoldenJPEGs.named(name).file)
    for count in stride(from: 3, to: file.count, by: 7) + [file.count - 1, file.count - 2] {
      let path = try folder.write(Array(file.prefix(count)))
      #expect(throws: DecodeError.self, "\(count) of \(file.count) bytes") {
        try PictureDecoder.decode(path: path, rule: CanonicalDecode(shortSide: 50))
      }
    }
  }

  /// The samples of a picture in a box.
  private func samples(_ picture: Picture, _ box: CropBox) -> [UInt8] {
    guard case .uint8(let samples) = picture.samples else { return [] }
    return (box.top..<box.top + box.height).flatMap { y in
      let first = (y * picture.width + box.left) * picture.channels
      return samples[first..<first + box.width * picture.channels]
    }
  }

  private func expectPartsOfTheWhole(_ file: [UInt8], isFaster: Bool, _ name: String) throws {
    let path = try folder.write(file)
    var generator = ViewGenerator(seed: 3, epoch: 0, sample: 0, view: 0)
    for shortSide in [1 << 20, 48, 24, 1] {
      let rule = CanonicalDecode(shortSide: shortSide)
      let whole = try PictureDecoder.decode(path: path, rule: rule)
      var smaller = 0
      for _ in 0..<60 {
        let box = CropBox.random(
          width: whole.width, height: whole.height, scale: 0.01...1, ratio: 0.2...5, generator: &generator)
        let part = try PictureDecoder.decodePart(path: path, rule: rule) { width, height in
          #expect([width, height] == [whole.width, whole.height])
          return box
        }
        #expect([part.width, part.height] == [whole.width, whole.height])
        #expect(part.box == (isFaster ? box : .whole(whole)))
        smaller += part.pixels.width * part.pixels.height < whole.width * whole.height ? 1 : 0
        let inside = CropBox(
          left: box.left - part.left, top: box.top - part.top, width: box.width, height: box.height)
        #expect(
          samples(part.pixels, inside) == samples(whole, box), "\(name), \(box) of \(whole.width) x \(whole.height)")
      }
      #expect(isFaster ? smaller > 30 : smaller == 0)
    }
  }

  @Test(arguments: GoldenJPEGs.all)
  func partsHaveThePixelsOfTheWhole(_ golden: GoldenJPEGs.Case) throws {
    guard golden.name != "one pixel" else { return }  // has no parts
    try expectPartsOfTheWhole(
      [UInt8](golden.file), isFaster: golden.name != "cmyk" && golden.name != "progressive", golden.name)
  }

  @Test(arguments: [1, 2, 6])
  func turnedPicturesAreDecodedWhole(orientation: Int) throws {
    let file = try PictureEncoder.jpeg(randomPicture(131, 97, 3), quality: 60)
    let turned = withExif(file, exifBlock(orientation: orientation))
    try expectPartsOfTheWhole(turned, isFaster: orientation == 1, "orientation \(orientation)")
  }

  /// A part cannot be read only if the damage is in the data that it needs.
  @Test func partsOfTruncatedFilesAreErrorsWhereTheyReachTheEnd() throws {
    let file = try PictureEncoder.jpeg(randomPicture(96, 96, 3), quality: 60)
    let path = try folder.write(Array(file.prefix(file.count * 3 / 4)))
    func part(top: Int) throws -> PicturePart {
      try PictureDecoder.decodePart(path: path, rule: CanonicalDecode(shortSide: 96)) { _, _ in
        CropBox(left: 5, top: top, width: 40, height: 20)
      }
    }
    #expect(try part(top: 0).box.height == 20)
    #expect(throws: DecodeError.self) { try part(top: 76) }
  }

  private func withExif(_ golden: GoldenJPEGs.Case, _ block: [UInt8]) -> [UInt8] {
    withExif([UInt8](golden.file), block)
  }

  private func withExif(_ file: [UInt8], _ block: [UInt8]) -> [UInt8] {
    let length = block.count + 8
    return file[..<2] + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + Array("Exif\0\0".utf8) + block
      + file[2...]
  }
}

private func + (a: StrideTo<Int>, b: [Int]) -> [Int] { Array(a) + b }
