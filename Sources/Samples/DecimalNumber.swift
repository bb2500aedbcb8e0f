/// Reads short decimal numbers faster than the standard library, and to the same bits.
///
/// Digits that make a whole number below 2⁵³ and a power of ten up to 10²² are both exact as `Double`; their product or
/// quotient is rounded once, so that it is the number nearest to what is written (Clinger 1990).
enum DecimalNumber {
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// The number that a text such as -12.5 is; nil for any other text, one with an exponent, and one of more than 15
  /// digits, which a slower way has to judge.
  static func exact(_ text: String) -> Double? { exact(text.utf8, text.utf8.startIndex..<text.utf8.endIndex) }

  /// The same of a part of a text in UTF-8.
  static func exact<Bytes: Collection<UInt8>>(_ bytes: Bytes, _ part: Range<Bytes.Index>) -> Double? {
    var digits: Int64 = 0
    var digitCount = 0
    var fraction = 0
    var hasPoint = false
    var isNegative = false
    var index = part.lowerBound
    while index < part.upperBound {
      let (byte, isFirst) = (bytes[index], index == part.lowerBound)
      bytes.formIndex(after: &index)
      switch byte {
      case 0x30...0x39:
        guard digitCount < 15 else { return nil }
        digits = digits * 10 + Int64(byte &- 0x30)
        digitCount += 1
        if hasPoint { fraction += 1 }
      case 0x2E:
        // Both 5. and .5 are left to the standard library, which has rules of its own.
        guard !hasPoint, digitCount > 0 else { return nil }
        hasPoint = true
      case 0x2D where isFirst: isNegative = true
      default: return nil
      }
    }
    guard digitCount > 0, !hasPoint || fraction > 0 else { return nil }
    let number = Double(digits) / powers[fraction]
    return isNegative ? -number : number
  }
}
