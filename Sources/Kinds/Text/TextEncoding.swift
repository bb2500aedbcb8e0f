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
    guard let invalid = firstInvalid(in: bytes) else { return nil }
    // Texts of any encoding have hardly another control character than tabs and ends of lines and pages.
    let controls = bytes.prefix(1000).count { $0 < 0x20 && !(0x09...0x0D).contains($0) }
    if 50 * controls > min(bytes.count, 1000) {
      return "'\(place)' is no text: line \(line(of: invalid, in: bytes)) is not UTF-8, and \(controls) of its first "
        + "\(min(bytes.count, 1000)) bytes are control characters."
    }
    // 0x80 to 0x9F are control characters of Latin 1, and letters and quotation marks of Windows.
    let isWindows = bytes.contains { (0x80...0x9F).contains($0) }
    let name = isWindows ? "WINDOWS-1252" : "ISO-8859-1"
    return
      "'\(place)', line \(line(of: invalid, in: bytes)) is not UTF-8; if the file is \(name), convert it: "
      + conversion(from: name, place)
  }

  private static func conversion(from name: String, _ place: String) -> String {
    "iconv -f \(name) -t UTF-8 '\(place)' > utf8.txt"
  }

  private static func line(of index: Int, in bytes: [UInt8]) -> Int { bytes[..<index].count { $0 == 0x0A } + 1 }

  /// Where the first byte is that no character of UTF-8 has there.
  private static func firstInvalid(in bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var place = 0
    while place < bytes.count {
      let length = bytes[place] < 0x80 ? 1 : bytes[place] < 0xE0 ? 2 : bytes[place] < 0xF0 ? 3 : 4
      let end = min(place + length, bytes.count)
      if length > 1, String(validating: bytes[place..<end], as: UTF8.self) == nil { return place }
      place = end
    }
    return nil
  }
}
