/// A PNG file written by the specification (ISO/IEC 15948) alone, so that it owes nothing to the decoder under test:
/// any colour type and depth, interlaced or not, with "stored" instead of compressed data.
public struct PNGFile {
  public var width: Int
  public var height: Int
  /// 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.
  public var colourType: Int
  public var depth: Int
  /// `height` x `width` x samples a pixel.
  public var samples: [UInt16]
  public var palette: [UInt8] = []
  /// The tRNS chunk.
  public var transparency: [UInt8] = []
  public var isInterlaced = false
  public var exif: [UInt8] = []
  public var exifFollowsPixels = false

  public init(
    width: Int, height: Int, colourType: Int, depth: Int, samples: [UInt16], palette: [UInt8] = [],
    transparency: [UInt8] = [], isInterlaced: Bool = false, exif: [UInt8] = []
  ) {
    self.width = width
    self.height = height
    self.colourType = colourType
    self.depth = depth
    self.samples = samples
    self.palette = palette
    self.transparency = transparency
    self.isInterlaced = isInterlaced
    self.exif = exif
  }

  /// 8 bits a sample: grey where `colour` gives one number for a pixel, RGB where it gives three.
  public init(width: Int, height: Int, colour: (_ x: Int, _ y: Int) -> [UInt8]) {
    let pixels = (0..<height).map { y in (0..<width).map { x in colour(x, y) } }
    self.init(
      width: width, height: height, colourType: pixels.first?.first?.count == 3 ? 2 : 0, depth: 8,
      samples: pixels.joined().joined().map(UInt16.init))
  }

  public static func samplesPerPixel(_ colourType: Int) -> Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colourType]! }

  /// The whole file.
  public var bytes: [UInt8] {
    var file = header
    if !palette.isEmpty { file += Self.chunk("PLTE", palette) }
    if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
    if !exif.isEmpty, !exifFollowsPixels { file += Self.chunk("eXIf", exif) }
    file += Self.chunk("IDAT", Self.stored(scanlines))
    if !exif.isEmpty, exifFollowsPixels { file += Self.chunk("eXIf", exif) }
    return file + Self.chunk("IEND", [])
  }

  /// Signature and IHDR.
  public var header: [UInt8] {
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

  public static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
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
}
