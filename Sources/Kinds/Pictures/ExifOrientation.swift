/// The orientation tag of an Exif block.
///
/// Source: Exif 2.32, tag 0x0112, a SHORT in the first directory (IFD0) of the block's TIFF structure.
enum ExifOrientation {
  /// 1...8; 1 (upright) if the block lacks the tag or is damaged: damaged metadata are no reason to lose a picture.
  static func read(from block: UnsafeRawBufferPointer) -> Int {
    guard block.count >= 8 else { return 1 }
    let isLittleEndian = block[0] == UInt8(ascii: "I")
    guard block[0] == block[1], isLittleEndian || block[0] == UInt8(ascii: "M") else { return 1 }

    func number(at offset: Int, bytes: Int) -> Int? {
      guard offset >= 0, offset + bytes <= block.count else { return nil }
      return (0..<bytes).reduce(0) { value, i in
        value << 8 | Int(block[offset + (isLittleEndian ? bytes - 1 - i : i)])
      }
    }

    guard number(at: 2, bytes: 2) == 42, let directory = number(at: 4, bytes: 4),
      let entries = number(at: directory, bytes: 2)
    else { return 1 }
    for entry in 0..<entries {
      let offset = directory + 2 + 12 * entry
      guard let tag = number(at: offset, bytes: 2) else { return 1 }
      guard tag == 0x0112 else { continue }
      let isShort = number(at: offset + 2, bytes: 2) == 3
      guard isShort, let value = number(at: offset + 8, bytes: 2), (1...8).contains(value) else { return 1 }
      return value
    }
    return 1
  }
}
