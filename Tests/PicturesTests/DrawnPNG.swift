import Foundation

/// An 8-bit RGB PNG whose pixels `colour` draws, uncompressed.
func drawnPNG(width: Int, height: Int, colour: (_ x: Int, _ y: Int) -> [UInt8]) -> Data {
  var rows: [UInt8] = []
  for y in 0..<height {
    rows.append(0)
    for x in 0..<width { rows += colour(x, y) }
  }
  var stream: [UInt8] = [0x78, 0x01]
  var start = 0
  repeat {
    let end = min(start + 65535, rows.count)
    let length = UInt16(end - start)
    stream.append(end == rows.count ? 1 : 0)
    stream += [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
    stream += rows[start..<end]
    start = end
  } while start < rows.count
  var (a, b): (UInt32, UInt32) = (1, 0)
  for byte in rows {
    a = (a + UInt32(byte)) % 65521
    b = (b + a) % 65521
  }
  stream += bigEndian(b << 16 | a)
  let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0]
  let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  return Data(signature + chunk("IHDR", header) + chunk("IDAT", stream) + chunk("IEND", []))
}

private func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
  let content = Array(type.utf8) + body
  var crc: UInt32 = .max
  for byte in content {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return bigEndian(UInt32(body.count)) + content + bigEndian(~crc)
}

private func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 0xFF) } }
