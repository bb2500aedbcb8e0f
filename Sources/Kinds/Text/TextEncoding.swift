import Samples

/// Whether bytes are text that can be read: UTF-8, and if not, how to make it so.
enum TextEncoding {
  /// The bytes of a text file without a byte-order mark.
  ///
  /// - Parameter place: the file, for the sentence.
  /// - Throws: `DatasetError.unusable`
  static func checked(_ bytes: [UInt8], of place: String) throws(DatasetError) -> [UInt8] {
    if let problem = problem(bytes, of: place) { throw .unusable(problem) }
    return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  }

  /// What keeps bytes from being read as UTF-8, as a sentence; nil if nothing does.
  static func problem(_ bytes: [UInt8], of place: String) -> String? {
    for (mark, name) in [([0xFF, 0xFE], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE")]
    where bytes.starts(with: mark.map(UInt8.init)) {
      return "'\(place)' is \(name) and not UTF-8; convert it: \(conversion(from: "UTF-16", place))"
    }
    if let zero = bytes.firstIndex(of: 0) {
      // Every second byte of Latin letters in UTF-16.
      let zeros = bytes.prefix(1000).count { $0 == 0 }
      if 3 * zeros > bytes.prefix(1000).count {
        let name = zero % 2 == 1 ? "UTF-16LE" : "UTF-16BE"
        return "'\(place)' seems to be \(name) and not UTF-8; convert it: \(conversion(from: name, place))"
      }
      return "'\(place)' is no text: line \(line(of: zero, in: bytes)) has a zero byte."
    }
    guard let place0 = firstInvalid(in: bytes) else { return nil }
    // 0x80 to 0x9F are control characters of Latin 1, and letters and quotation marks of Windows.
    let isWindows = bytes.contains { (0x80...0x9F).contains($0) }
    let name = isWindows ? "WINDOWS-1252" : "ISO-8859-1"
    return
      "'\(place)', line \(line(of: place0, in: bytes)) is not UTF-8; if the file is \(name), convert it: "
      + conversion(from: name, place)
  }

  private static func conversion(from name: String, _ place: String) -> String {
    "iconv -f \(name) -t UTF-8 '\(place)' > utf8.txt"
  }

  private static func line(of index: Int, in bytes: [UInt8]) -> Int { bytes[..<index].count { $0 == 0x0A } + 1 }

  /// Where the first byte is that no character of UTF-8 has there.
  private static func firstInvalid(in bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    // Of each half, only one has to be looked at; a cut may fall within a character.
    var (low, high) = (0, bytes.count)
    while high - low > 64 {
      var middle = (low + high) / 2
      while middle > low, bytes[middle] & 0xC0 == 0x80 { middle -= 1 }
      if middle == low { break }
      if String(validating: bytes[low..<middle], as: UTF8.self) == nil { high = middle } else { low = middle }
    }
    return low
  }
}
