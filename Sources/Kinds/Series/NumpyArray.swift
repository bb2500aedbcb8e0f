import Samples
import Settings

/// An array in NumPy's `.npy` format, versions 1 to 3: real numbers, truth values or short texts, in either byte order and
/// either memory order.
struct NumpyArray {
  enum Element: Equatable {
    case float(bytes: Int)
    case signed(bytes: Int)
    case unsigned(bytes: Int)
    /// Characters of four bytes.
    case unicode(length: Int)
    case ascii(length: Int)

    var byteCount: Int {
      switch self {
      case .float(let bytes), .signed(let bytes), .unsigned(let bytes): bytes
      case .unicode(let length): 4 * length
      case .ascii(let length): length
      }
    }

    var isNumber: Bool {
      switch self {
      case .float, .signed, .unsigned: true
      case .unicode, .ascii: false
      }
    }
  }

  let shape: [Int]
  let element: Element
  private let isBigEndian: Bool
  private let isColumnMajor: Bool
  private let bytes: ArraySlice<UInt8>
  private let place: String

  var count: Int { shape.reduce(1, *) }

  /// - Parameter place: for errors.
  init(_ file: [UInt8], _ place: String) throws(DatasetError) {
    func fail(_ reason: String) -> DatasetError { .unusable("'\(visible(place))' \(reason).") }
    guard file.count >= 10, file.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw fail("is no NumPy array: it lacks the beginning that such files have")
    }
    let isLong = file[6] >= 2
    let start = isLong ? 12 : 10
    guard file.count >= start else { throw fail("is cut off within its header") }
    let length =
      isLong
      ? file[8..<12].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
      : Int(file[8]) + Int(file[9]) << 8
    guard length <= file.count - start else { throw fail("is cut off within its header") }
    let header = String(decoding: file[start..<start + length], as: UTF8.self)
    guard let shape = Self.shape(in: header), let type = Self.text(of: "descr", in: header) else {
      throw fail("has a header that names no shape and no type of numbers")
    }
    if type.contains("O") {
      throw fail(
        "holds Python objects, as of series of different lengths: save them as a .ts file, as a CSV with a row a step, or "
          + "filled up with NaN")
    }
    guard let (element, isBigEndian) = Self.element(type) else {
      throw fail("holds values of the type '\(visible(type))': save it as float32")
    }
    var total = element.byteCount
    for size in shape {
      let (product, isTooMany) = total.multipliedReportingOverflow(by: size)
      guard size >= 0, !isTooMany else { throw fail("has the impossible shape \(shape)") }
      total = product
    }
    guard file.count - start - length >= total else {
      throw fail(
        "is cut off: an array of the shape \(shape) needs \(total) bytes, and \(file.count - start - length) are there")
    }
    self.shape = shape
    self.element = element
    self.isBigEndian = isBigEndian
    isColumnMajor = header.contains("'fortran_order': True")
    bytes = file[(start + length)..<(start + length + total)]
    self.place = place
  }

  private static func text(of key: String, in header: String) -> String? {
    guard let found = header.firstRange(of: "'\(key)':") else { return nil }
    let rest = header[found.upperBound...].drop(while: \.isWhitespace)
    guard rest.first == "'" else { return nil }
    return String(rest.dropFirst().prefix { $0 != "'" })
  }

  private static func shape(in header: String) -> [Int]? {
    guard let found = header.firstRange(of: "'shape':") else { return nil }
    let rest = header[found.upperBound...].drop(while: \.isWhitespace)
    guard rest.first == "(", let end = rest.firstIndex(of: ")") else { return nil }
    let sizes = rest[rest.index(after: rest.startIndex)..<end].split(separator: ",").map {
      Int(TableCell.trimmed(String($0)))
    }
    return sizes.contains(nil) ? nil : sizes.compactMap(\.self)
  }

  private static func element(_ type: String) -> (Element, isBigEndian: Bool)? {
    guard let order = type.first, "<>|=".contains(order), let kind = type.dropFirst().first,
      let size = Int(type.dropFirst(2)), (0...100_000).contains(size)
    else { return nil }
    let element: Element? =
      switch (kind, size) {
      case ("f", 4), ("f", 8): .float(bytes: size)
      case ("i", 1), ("i", 2), ("i", 4), ("i", 8): .signed(bytes: size)
      case ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("b", 1): .unsigned(bytes: size)
      case ("U", _): .unicode(length: size)
      case ("S", _): .ascii(length: size)
      default: nil
      }
    return element.map { ($0, order == ">") }
  }

  /// The place in the file of an element that is counted row by row.
  private func place(of index: Int) -> Int {
    guard isColumnMajor, shape.count > 1 else { return index }
    var rest = index
    var digits = [Int](repeating: 0, count: shape.count)
    for axis in shape.indices.reversed() { (rest, digits[axis]) = rest.quotientAndRemainder(dividingBy: shape[axis]) }
    var (place, stride) = (0, 1)
    for axis in shape.indices {
      place += digits[axis] * stride
      stride *= shape[axis]
    }
    return place
  }

  private func bits(_ index: Int, _ size: Int) -> UInt64 {
    let start = bytes.startIndex + place(of: index) * size
    var bits: UInt64 = 0
    for offset in 0..<size {
      let byte = bytes[isBigEndian ? start + size - 1 - offset : start + offset]
      bits |= UInt64(byte) << UInt64(8 * offset)
    }
    return bits
  }

  private func number(_ index: Int) -> Double {
    switch element {
    case .float(let size):
      let bits = bits(index, size)
      return size == 4 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
    case .signed(let size):
      let shift = UInt64(64 - 8 * size)
      return Double(Int64(bitPattern: bits(index, size) << shift) >> Int64(shift))
    case .unsigned(let size): return Double(bits(index, size))
    case .unicode, .ascii: return .nan
    }
  }

  /// All elements row by row; not a number where a value is missing.
  ///
  /// - Throws: `DatasetError.unusable` where a value is infinite.
  func numbers() throws(DatasetError) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(count)
    for index in 0..<count {
      let number = number(index)
      guard number.isNaN || abs(number) <= TableCell.greatest else {
        throw .unusable(
          "'\(visible(place))' holds \(number.isInfinite ? "an infinite value" : "the value \(number)"), the \(index + 1)th of its array: "
            + "write NaN where a value is missing.")
      }
      result.append(Float(number))
    }
    return result
  }

  /// All elements as texts: whole numbers without a point.
  func texts() -> [String] {
    (0..<count).map { index in
      switch element {
      case .float, .signed, .unsigned:
        let number = number(index)
        return number.isNaN ? "" : plain(number)
      case .unicode(let length):
        var text = ""
        let start = bytes.startIndex + place(of: index) * 4 * length
        for character in 0..<length {
          let at = start + 4 * character
          var code: UInt32 = 0
          for offset in 0..<4 {
            code |= UInt32(bytes[isBigEndian ? at + 3 - offset : at + offset]) << UInt32(8 * offset)
          }
          guard code != 0 else { break }
          text.unicodeScalars.append(Unicode.Scalar(code) ?? "\u{FFFD}")
        }
        return text
      case .ascii(let length):
        let start = bytes.startIndex + place(of: index) * length
        return String(decoding: bytes[start..<start + length].prefix { $0 != 0 }, as: UTF8.self)
      }
    }
  }
}
