import TestSupport
import Testing

@testable import Pictures

@Suite struct PNGDecodingTests {
  private let folder: TemporaryFolder
  private let whole = CanonicalDecode(shortSide: 1 << 20)

  init() throws { folder = try TemporaryFolder() }

  private func decode(_ file: PNGFile, rule: CanonicalDecode? = nil) throws -> Picture {
    try PictureDecoder.decode(path: folder.write(file.bytes), rule: rule ?? whole)
  }

  /// What the specification says the samples mean: [height, width, channels], over white, by its own arithmetic.
  private func expected(_ file: PNGFile) -> Picture.Samples {
    let count = PNGFile.samplesPerPixel(file.colourType)
    let most = Double((1 << file.depth) - 1)
    let target = file.depth == 16 ? 65535.0 : 255
    var values: [Double] = []
    for start in stride(from: 0, to: file.samples.count, by: count) {
      var pixel = file.samples[start..<start + count].map(Double.init)
      var alpha = 1.0
      if file.colourType == 3 {
        let index = Int(pixel[0])
        if index < file.transparency.count { alpha = Double(file.transparency[index]) / 255 }
        pixel = (0..<3).map { Double(file.palette[3 * index + $0]) }
      } else {
        if file.colourType >= 4 { alpha = pixel.removeLast() / most }
        if !file.transparency.isEmpty {
          let key = stride(from: 0, to: file.transparency.count, by: 2).map {
            Double(Int(file.transparency[$0]) << 8 | Int(file.transparency[$0 + 1]))
          }
          if key == pixel { alpha = 0 }
        }
        pixel = pixel.map { $0 / most * target }
      }
      values += pixel.map { $0 * alpha + target * (1 - alpha) }
    }
    return file.depth == 16
      ? .uint16(values.map { UInt16($0.rounded()) }) : .uint8(values.map { UInt8($0.rounded()) })
  }

  static let kinds: [(type: Int, depth: Int)] = [
    (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8),
    (6, 16),
  ]

  @Test(arguments: kinds, [false, true])
  func everyColourTypeAndDepth(_ kind: (type: Int, depth: Int), isInterlaced: Bool) throws {
    for (width, height) in [(11, 9), (1, 1), (3, 5), (64, 2)] {
      let file = PNGFile.drawn(
        colourType: kind.type, depth: kind.depth, width: width, height: height, isInterlaced: isInterlaced)
      let picture = try decode(file)
      #expect([picture.width, picture.height] == [width, height])
      #expect(picture.channels == (kind.type == 0 || kind.type == 4 ? 1 : 3))
      #expect(picture.samples == expected(file))
    }
  }

  @Test func transparentColoursAndPalettesAreLaidOverWhite() throws {
    for (type, depth) in [(0, 2), (0, 8), (0, 16), (2, 8), (2, 16)] {
      var file = PNGFile.drawn(colourType: type, depth: depth)
      let count = PNGFile.samplesPerPixel(type)
      file.transparency = file.samples[5 * count..<6 * count].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
      let picture = try decode(file)
      #expect(picture.samples == expected(file))
      switch picture.samples {
      case .uint8(let samples): #expect(samples[5 * count] == 255)
      case .uint16(let samples): #expect(samples[5 * count] == 65535)
      case .float32: Issue.record("PNG has no floating-point numbers")
      }
    }
    for depth in [1, 4, 8] {
      var file = PNGFile.drawn(colourType: 3, depth: depth)
      file.transparency = randomBytes(1 << (depth - 1), seed: 8)
      #expect(try decode(file).samples == expected(file))
    }
  }

  @Test(arguments: [(0, 8), (2, 8), (6, 16), (3, 4)], [false, true])
  func largePicturesAreMeansOfBoxes(_ kind: (type: Int, depth: Int), isInterlaced: Bool) throws {
    let (width, height) = (45, 37)
    let file = PNGFile.drawn(
      colourType: kind.type, depth: kind.depth, width: width, height: height, isInterlaced: isInterlaced)
    let path = try folder.write(file.bytes)
    let full = try PictureDecoder.decode(path: path, rule: whole)
    func value(_ x: Int, _ y: Int, _ c: Int) -> Int {
      let i = (y * width + x) * full.channels + c
      return switch full.samples {
      case .uint8(let samples): Int(samples[i])
      case .uint16(let samples): Int(samples[i])
      case .float32: -1
      }
    }
    for (shortSide, reduction) in [(37, 1), (20, 1), (19, 2), (11, 2), (10, 4), (5, 8), (3, 16), (1, 32), (0, 32)] {
      let picture = try PictureDecoder.decode(path: path, rule: CanonicalDecode(shortSide: shortSide))
      #expect(picture.width == (width + reduction - 1) / reduction)
      #expect(picture.height == (height + reduction - 1) / reduction)
      var means: [Int] = []
      for top in stride(from: 0, to: height, by: reduction) {
        for left in stride(from: 0, to: width, by: reduction) {
          let (rows, columns) = (top..<min(top + reduction, height), left..<min(left + reduction, width))
          for c in 0..<full.channels {
            let sum = rows.reduce(0) { sum, y in sum + columns.reduce(0) { $0 + value($1, y, c) } }
            means.append(Int((Double(sum) / Double(rows.count * columns.count)).rounded()))
          }
        }
      }
      switch picture.samples {
      case .uint8(let samples): #expect(samples.map(Int.init) == means)
      case .uint16(let samples): #expect(samples.map(Int.init) == means)
      case .float32: Issue.record("PNG has no floating-point numbers")
      }
    }
  }

  @Test(arguments: 1...8)
  func exifOrientationIsUndone(orientation: Int) throws {
    // The samples of each stored form of this picture are written out by hand from the Exif specification's wording.
    let stored: [[UInt16]] = [
      [1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4], [6, 5, 4, 3, 2, 1], [4, 5, 6, 1, 2, 3], [1, 4, 2, 5, 3, 6],
      [3, 6, 2, 5, 1, 4], [6, 3, 5, 2, 4, 1], [4, 1, 5, 2, 6, 3],
    ]
    let (width, height) = orientation < 5 ? (3, 2) : (2, 3)
    for depth in [8, 16] {
      var file = PNGFile(
        width: width, height: height, colourType: 0, depth: depth, samples: stored[orientation - 1],
        exif: exifBlock(orientation: orientation, isLittleEndian: depth == 8))
      for follows in [false, true] {
        file.exifFollowsPixels = follows
        let picture = try decode(file)
        #expect([picture.width, picture.height] == [3, 2])
        #expect(picture.samples == (depth == 8 ? .uint8([1, 2, 3, 4, 5, 6]) : .uint16([1, 2, 3, 4, 5, 6])))
      }
      file.exifFollowsPixels = false
      let header = try PictureDecoder.checkHeader(path: folder.write(file.bytes))
      #expect([header.width, header.height, header.channels, header.bitsPerSample] == [3, 2, 1, depth])
      #expect(header.format == .png)
    }
  }
}
