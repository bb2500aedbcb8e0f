import TestSupport

extension PNGFile {
  /// A drawn file: random samples, and a random palette where the type has one.
  static func drawn(
    colourType: Int, depth: Int, width: Int = 11, height: Int = 9, isInterlaced: Bool = false, seed: UInt64 = 3
  ) -> PNGFile {
    let random = randomBytes(2 * width * height * samplesPerPixel(colourType), seed: seed)
    let most = (1 << depth) - 1
    let samples = stride(from: 0, to: random.count, by: 2).map { i in
      UInt16((Int(random[i]) << 8 | Int(random[i + 1])) & most)
    }
    return PNGFile(
      width: width, height: height, colourType: colourType, depth: depth, samples: samples,
      palette: colourType == 3 ? randomBytes(3 << depth, seed: 5) : [], isInterlaced: isInterlaced)
  }
}

/// A TIFF block with the orientation as its second tag.
func exifBlock(orientation: Int, isLittleEndian: Bool = true) -> [UInt8] {
  func number(_ value: Int, _ count: Int) -> [UInt8] {
    let bytes = (0..<count).map { UInt8(value >> (8 * $0) & 255) }
    return isLittleEndian ? bytes : bytes.reversed()
  }
  var block: [UInt8] = Array((isLittleEndian ? "II" : "MM").utf8) + number(42, 2) + number(8, 4) + number(2, 2)
  block += number(0x0100, 2) + number(4, 2) + number(1, 4) + number(99, 4)
  block += number(0x0112, 2) + number(3, 2) + number(1, 4) + number(orientation, 2) + number(0, 2)
  return block + number(0, 4)
}
