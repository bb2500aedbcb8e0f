import CLibZ
import Samples
import Settings

/// The files of a ZIP archive (PKWARE's APPNOTE 6.3), stored or deflated, as NumPy writes `.npz`; ZIP64 sizes included.
struct ZipArchive {
  struct Entry {
    let name: String
    fileprivate let method: Int
    fileprivate let packed: Int
    fileprivate let size: Int
    fileprivate let header: Int
  }

  let entries: [Entry]
  private let bytes: [UInt8]
  private let place: String

  /// A file of an archive may unpack to so much: 4 GB.
  private static let mostBytes = 1 << 32

  /// - Parameter place: for errors.
  init(_ bytes: [UInt8], _ place: String) throws(DatasetError) {
    let cutOff = DatasetError.unusable(
      "'\(visible(place))' is no archive of arrays, or it is cut off: an .npz file ends in the list of what it holds.")
    func number(_ at: Int, _ size: Int) -> Int? {
      guard at >= 0, size <= bytes.count, at <= bytes.count - size else { return nil }
      var value: UInt64 = 0
      for offset in 0..<size { value |= UInt64(bytes[at + offset]) << UInt64(8 * offset) }
      return Int(exactly: value)
    }
    // The end record is the last thing in the file, perhaps with a comment behind it.
    var end = bytes.count - 22
    while end >= max(0, bytes.count - 66_000), number(end, 4) != 0x0605_4B50 { end -= 1 }
    guard end >= 0, number(end, 4) == 0x0605_4B50, var count = number(end + 10, 2), var at = number(end + 16, 4) else {
      throw cutOff
    }
    if let locator = number(end - 20, 4), locator == 0x0706_4B50, let record = number(end - 12, 8),
      number(record, 4) == 0x0606_4B50, let many = number(record + 32, 8), let start = number(record + 48, 8)
    {
      (count, at) = (many, start)
    }
    var entries: [Entry] = []
    for _ in 0..<min(count, bytes.count / 46) {
      guard number(at, 4) == 0x0201_4B50, let method = number(at + 10, 2), var packed = number(at + 20, 4),
        var size = number(at + 24, 4), let nameLength = number(at + 28, 2), let extraLength = number(at + 30, 2),
        let commentLength = number(at + 32, 2), var header = number(at + 42, 4),
        at + 46 + nameLength + extraLength <= bytes.count
      else { throw cutOff }
      let name = String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
      var extra = at + 46 + nameLength
      let extraEnd = extra + extraLength
      while extra + 4 <= extraEnd, let kind = number(extra, 2), let length = number(extra + 2, 2) {
        if kind == 1 {
          // Those that do not fit in four bytes, in this order.
          var value = extra + 4
          for field in [\Sizes.size, \Sizes.packed, \Sizes.header] {
            var sizes = Sizes(size: size, packed: packed, header: header)
            guard sizes[keyPath: field] == 0xFFFF_FFFF, let long = number(value, 8) else { continue }
            sizes[keyPath: field] = long
            (size, packed, header) = (sizes.size, sizes.packed, sizes.header)
            value += 8
          }
        }
        extra += 4 + length
      }
      entries.append(Entry(name: name, method: method, packed: packed, size: size, header: header))
      at += 46 + nameLength + extraLength + commentLength
    }
    guard !entries.isEmpty else { throw cutOff }
    self.entries = entries
    self.bytes = bytes
    self.place = place
  }

  private struct Sizes {
    var size: Int
    var packed: Int
    var header: Int
  }

  /// The contents of an entry.
  func contents(of entry: Entry) throws(DatasetError) -> [UInt8] {
    func fail(_ reason: String) -> DatasetError {
      .unusable("'\(visible(place))': '\(visible(entry.name))' \(reason).")
    }
    guard entry.header >= 0, entry.header <= bytes.count - 30, entry.packed >= 0 else { throw fail("is cut off") }
    let nameLength = Int(bytes[entry.header + 26]) + Int(bytes[entry.header + 27]) << 8
    let extraLength = Int(bytes[entry.header + 28]) + Int(bytes[entry.header + 29]) << 8
    let start = entry.header + 30 + nameLength + extraLength
    guard start <= bytes.count, entry.packed <= bytes.count - start else { throw fail("is cut off") }
    guard entry.size >= 0, entry.size <= Self.mostBytes else { throw fail("is too large to unpack") }
    let packed = bytes[start..<start + entry.packed]
    switch entry.method {
    case 0: return Array(packed)
    case 8:
      guard let unpacked = Self.inflated(Array(packed), to: entry.size) else { throw fail("is damaged") }
      return unpacked
    default: throw fail("is packed in a way that is not read: save the arrays by numpy.savez")
    }
  }

  /// Nil unless the bytes unpack to just as many.
  private static func inflated(_ packed: [UInt8], to size: Int) -> [UInt8]? {
    // A byte of deflate stands for at most 1,032.
    guard size <= packed.count.multipliedReportingOverflow(by: 1100).partialValue + 64 else { return nil }
    var packed = packed
    var result = [UInt8](repeating: 0, count: size)
    let isWhole = packed.withUnsafeMutableBufferPointer { input in
      result.withUnsafeMutableBufferPointer { output -> Bool in
        var stream = z_stream()
        // Negative: no header of zlib's own.
        let windowBits: Int32 = -15
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
          return false
        }
        defer { inflateEnd(&stream) }
        var (read, written) = (0, 0)
        // Lengths of zlib have 32 bits.
        let most = 1 << 30
        while true {
          let (left, room) = (min(most, input.count - read), min(most, output.count - written))
          stream.next_in = input.baseAddress.map { $0 + read }
          stream.avail_in = UInt32(left)
          // zlib wants an address even for nothing.
          var spare: UInt8 = 0
          let status = withUnsafeMutablePointer(to: &spare) { spare -> Int32 in
            stream.next_out = output.baseAddress.map { $0 + written } ?? spare
            stream.avail_out = UInt32(room)
            return inflate(&stream, Z_NO_FLUSH)
          }
          read += left - Int(stream.avail_in)
          written += room - Int(stream.avail_out)
          if status == Z_STREAM_END { return written == size }
          guard status == Z_OK, left > Int(stream.avail_in) || room > Int(stream.avail_out) else { return false }
        }
      }
    }
    return isWhole ? result : nil
  }
}
