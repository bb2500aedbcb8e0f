/// A PNG file written by the specification (ISO/IEC 15948) alone, so that it owes nothing to the decoder under test:
/// any colour type and depth, interlaced or not, with "stored" instead of compressed data.
struct PNGFile {
  var width: Int
  var height: Int
  /// 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.
  var colourType: Int
  var depth: Int
  /// `height` x `width` x samples a pixel.
  var samples: [UInt16]
  var palette: [UInt8] = []
  /// The tRNS chunk.
  var transparency: [UInt8] = []
  var isInterlaced = false
  var exif: [UInt8] = []
  var exifFollowsPixels = false

  static func samplesPerPixel(_ colourType: Int) -> Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colourType]! }

  var bytes: [UInt8] {
    var file = header
    if !palette.isEmpty { file += Self.chunk("PLTE", palette) }
    if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
    if !exif.isEmpty, !exifFollowsPixels { file += Self.chunk("eXIf", exif) }
    file += Self.chunk("IDAT", Self.stored(scanlines))
    if !exif.isEmpty, exifFollowsPixels { file += Self.chunk("eXIf", exif) }
    return file + Self.chunk("IEND", [])
  }

  /// Signature and IHDR.
  var header: [UInt8] {
    let kind = [UInt8(depth), UInt8(colourType), 0, 0, isInterlaced ? 1 : 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + Self.chunk("IHDR", Self.big(width) + Self.big(height) + kind)
  }

  private var scanlines: [UInt8] {
    // The seven passes of Adam7: first column, first row, column step, row step.
    let passes =
      isInterlaced
      ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
      : [(0, 0, 1, 1)]
    var bytes: [UInt8] = []
    for (left, top, columnStep, rowStep) in passes where left < width {
      for y in stride(from: top, to: height, by: rowStep) {
        bytes.append(0)
        bytes += line(y, columns: Array(stride(from: left, to: width, by: columnStep)))
      }
    }
    return bytes
  }

  private func line(_ y: Int, columns: [Int]) -> [UInt8] {
    let count = Self.samplesPerPixel(colourType)
    let values = columns.flatMap { x in (0..<count).map { samples[(y * width + x) * count + $0] } }
    if depth == 16 { return values.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
    let perByte = 8 / depth
    return stride(from: 0, to: values.count, by: perByte).map { start in
      (0..<perByte).reduce(UInt8(0)) { byte, i in
        byte | (start + i < values.count ? UInt8(values[start + i]) << UInt8(8 - depth * (i + 1)) : 0)
      }
    }
  }

  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return big(data.count) + body + big(Int(crc(body)))
  }

  private static func stored(_ data: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: data.count, by: 65535) {
      let block = data[start..<min(start + 65535, data.count)]
      let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
      bytes += [block.endIndex == data.count ? 1 : 0, low, high, ~low, ~high] + block
    }
    var (a, b) = (1, 0)
    for byte in data {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    return bytes + big(b << 16 | a)
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }

  private static func big(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }

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
