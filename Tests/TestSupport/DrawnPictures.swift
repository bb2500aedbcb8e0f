import Foundation

/// Writes small pictures: 8-bit grey PNGs with stored (uncompressed) data, one stripe pattern a class.
public func drawPictures(in folder: URL, classes: Int = 2, perClass: Int = 12, side: Int = 16) throws {
  for label in 0..<classes {
    let place = folder.appending(path: "class\(label)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for index in 0..<perClass {
      var rows: [UInt8] = []
      for y in 0..<side {
        rows.append(0)
        for x in 0..<side {
          let stripe = label == 0 ? x : y
          rows.append(UInt8(truncatingIfNeeded: (stripe + index) * 37 % 200 + (x * y * (index + 1)) % 50))
        }
      }
      try greyPNG(rows, side: side).write(to: place.appending(path: "\(index).png"))
    }
  }
}

/// Writes one such picture, and the folders that it lies in.
public func drawGrey(at place: URL, side: Int, value: (_ x: Int, _ y: Int) -> UInt8) throws {
  try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
  let rows = (0..<side).flatMap { y in [UInt8(0)] + (0..<side).map { value($0, y) } }
  try greyPNG(rows, side: side).write(to: place)
}

private func greyPNG(_ rows: [UInt8], side: Int) -> Data {
  var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  data += chunk("IHDR", bigEndian(UInt32(side)) + bigEndian(UInt32(side)) + [8, 0, 0, 0, 0])
  let length = UInt16(rows.count)
  let block: [UInt8] = [
    0x78, 0x01, 1, UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8),
  ]
  var (a, b): (UInt32, UInt32) = (1, 0)
  for byte in rows {
    a = (a + UInt32(byte)) % 65521
    b = (b + a) % 65521
  }
  data += chunk("IDAT", block + rows + bigEndian(b << 16 | a))
  return data + chunk("IEND", [])
}

private func chunk(_ type: String, _ body: [UInt8]) -> Data {
  let named = Array(type.utf8) + body
  var crc: UInt32 = .max
  for byte in named {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  return Data(bigEndian(UInt32(body.count)) + named + bigEndian(~crc))
}

private func bigEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
