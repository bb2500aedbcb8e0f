import Foundation

/// Files of series, made by hand as NumPy and zip write them.
enum SeriesFiles {
  /// A `.npy` file of version 1.
  static func npy(_ type: String, _ shape: [Int], _ bytes: [UInt8], isColumnMajor: Bool = false) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type)', 'fortran_order': \(isColumnMajor ? "True" : "False"), 'shape': (\(sizes)), }"
    header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
      + Array(header.utf8) + bytes
  }

  static func npy(_ values: [Float], _ shape: [Int]) -> [UInt8] { npy("<f4", shape, bytes(values)) }

  static func bytes<Value>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

  /// A ZIP archive, nothing packed.
  static func zip(_ files: [(name: String, contents: [UInt8])]) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(value >> (8 * $0) & 255) } }
    var (all, list): ([UInt8], [UInt8]) = ([], [])
    for (name, contents) in files {
      let common =
        number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(0, 4) + number(contents.count, 4)
        + number(contents.count, 4) + number(name.utf8.count, 2) + number(0, 2)
      list +=
        number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4)
        + number(all.count, 4) + Array(name.utf8)
      all += number(0x0403_4B50, 4) + common + Array(name.utf8) + contents
    }
    return all + list + number(0x0605_4B50, 4) + number(0, 4) + number(files.count, 2) + number(files.count, 2)
      + number(list.count, 4) + number(all.count, 4) + number(0, 2)
  }
}
