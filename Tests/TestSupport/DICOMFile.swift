/// A small DICOM file, written element by element (PS3.5 and PS3.10 of the standard).
public struct DICOMFile: Sendable {
  public enum Syntax: String, Sendable, CaseIterable {
    case explicitLittle = "1.2.840.10008.1.2.1"
    case implicitLittle = "1.2.840.10008.1.2"
    case explicitBig = "1.2.840.10008.1.2.2"

    var isBig: Bool { self == .explicitBig }
  }

  /// The value of an element.
  public enum Value: Sendable {
    case text(String, String)
    case words([UInt16])
    case signed([Int16])
    case bytes([UInt8])
    /// 8-bit pixels as OB, or wider ones as words of OW.
    case pixels8([UInt8])
    case pixels16([UInt16])
    case pixels32([UInt32])
    case floats([Float])
    /// Items of a sequence.
    case items([[(UInt32, Value)]])
  }

  public var syntax = Syntax.explicitLittle
  /// Whether 128 bytes, "DICM" and the elements of group 2 come first.
  public var hasHeader = true
  public private(set) var elements: [UInt32: Value] = [:]

  public init() {}

  public subscript(tag: UInt32) -> Value? {
    get { elements[tag] }
    set { elements[tag] = newValue }
  }

  /// Grey pixels without anything else.
  ///
  /// - Parameter pixels: one number for each pixel, row by row.
  public init(
    grey pixels: [Int], width: Int, bits: Int = 16, stored: Int? = nil, isSigned: Bool = false, frames: Int = 1
  ) {
    let stored = stored ?? bits
    describe(width: width, height: pixels.count / width / frames, bits: bits, stored: stored, isSigned: isSigned)
    self[0x0028_0004] = .text("CS", "MONOCHROME2")
    if frames > 1 { self[0x0028_0008] = .text("IS", "\(frames)") }
    switch bits {
    case 8: self[0x7FE0_0010] = .pixels8(pixels.map { UInt8(truncatingIfNeeded: $0) })
    case 16: self[0x7FE0_0010] = .pixels16(pixels.map { UInt16(truncatingIfNeeded: $0) })
    default: self[0x7FE0_0010] = .pixels32(pixels.map { UInt32(truncatingIfNeeded: $0) })
    }
  }

  /// Three samples of 8 bits for each pixel.
  public init(colours samples: [UInt8], width: Int, photometric: String = "RGB", isPlanar: Bool = false) {
    describe(width: width, height: samples.count / width / 3, bits: 8, stored: 8, isSigned: false)
    self[0x0028_0002] = .words([3])
    self[0x0028_0004] = .text("CS", photometric)
    self[0x0028_0006] = .words([isPlanar ? 1 : 0])
    self[0x7FE0_0010] = .pixels8(samples)
  }

  private mutating func describe(width: Int, height: Int, bits: Int, stored: Int, isSigned: Bool) {
    self[0x0028_0002] = .words([1])
    self[0x0028_0010] = .words([UInt16(height)])
    self[0x0028_0011] = .words([UInt16(width)])
    self[0x0028_0100] = .words([UInt16(bits)])
    self[0x0028_0101] = .words([UInt16(stored)])
    self[0x0028_0102] = .words([UInt16(stored - 1)])
    self[0x0028_0103] = .words([isSigned ? 1 : 0])
  }

  /// Who and what it is of. Each text is an identifier that nothing may show.
  public mutating func identify(
    patient: String, name: String? = nil, birth: String? = nil, study: String? = nil, series: String? = nil,
    instance: Int? = nil, modality: String = "CT"
  ) {
    self[0x0008_0016] = .text("UI", "1.2.840.10008.5.1.4.1.1.2")
    self[0x0008_0060] = .text("CS", modality)
    self[0x0010_0020] = .text("LO", patient)
    if let name { self[0x0010_0010] = .text("PN", name) }
    if let birth { self[0x0010_0030] = .text("DA", birth) }
    if let study { self[0x0020_000D] = .text("UI", study) }
    if let series { self[0x0020_000E] = .text("UI", series) }
    if let instance { self[0x0020_0013] = .text("IS", "\(instance)") }
  }

  /// The place of the first pixel in mm, in an axial plane.
  public mutating func place(z: Double) {
    self[0x0020_0032] = .text("DS", "0\\0\\\(z)")
    self[0x0020_0037] = .text("DS", "1\\0\\0\\0\\1\\0")
  }

  public mutating func rescale(slope: Double, intercept: Double) {
    self[0x0028_1052] = .text("DS", "\(intercept)")
    self[0x0028_1053] = .text("DS", "\(slope)")
  }

  // MARK: Bytes

  public var bytes: [UInt8] {
    let data = Self.encoded(elements.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, syntax)
    guard hasHeader else { return data }
    let meta = Self.encoded(
      [
        (0x0002_0001, .bytes([0, 1])), (0x0002_0002, .text("UI", "1.2.840.10008.5.1.4.1.1.2")),
        (0x0002_0003, .text("UI", "1.2.3")), (0x0002_0010, .text("UI", syntax.rawValue)),
      ], .explicitLittle)
    let length =
      Self.number(0x0002, 2, false) + Self.number(0, 2, false) + Array("UL".utf8) + [4, 0]
      + Self.number(meta.count, 4, false)
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + meta + data
  }

  private static func number(_ value: Int, _ count: Int, _ isBig: Bool) -> [UInt8] {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isBig ? bytes.reversed() : bytes
  }

  private static func encoded(_ elements: [(UInt32, Value)], _ syntax: Syntax) -> [UInt8] {
    elements.flatMap { encoded($0.0, $0.1, syntax) }
  }

  private static func encoded(_ tag: UInt32, _ value: Value, _ syntax: Syntax) -> [UInt8] {
    var (type, data) = content(value, syntax)
    if data.count % 2 == 1 { data.append(["UI", "OB"].contains(type) ? 0 : 32) }
    let isBig = syntax.isBig
    let start = number(Int(tag >> 16), 2, isBig) + number(Int(tag & 0xFFFF), 2, isBig)
    if syntax == .implicitLittle { return start + number(data.count, 4, false) + data }
    let isLong = ["OB", "OW", "OF", "SQ"].contains(type)
    let length = isLong ? [0, 0] + number(data.count, 4, isBig) : number(data.count, 2, isBig)
    return start + Array(type.utf8) + length + data
  }

  private static func content(_ value: Value, _ syntax: Syntax) -> (String, [UInt8]) {
    let isBig = syntax.isBig
    func words(_ values: [UInt16]) -> [UInt8] { values.flatMap { number(Int($0), 2, isBig) } }
    switch value {
    case .text(let type, let text): return (type, Array(text.utf8))
    case .words(let values): return ("US", words(values))
    case .signed(let values): return ("SS", words(values.map(UInt16.init(bitPattern:))))
    case .bytes(let values), .pixels8(let values): return ("OB", values)
    case .pixels16(let values): return ("OW", words(values))
    case .pixels32(let values): return ("OW", values.flatMap { number(Int($0), 4, isBig) })
    case .floats(let values): return ("OF", values.flatMap { number(Int($0.bitPattern), 4, isBig) })
    case .items(let items):
      let all = items.flatMap { item in
        let data = encoded(item.sorted { $0.0 < $1.0 }, syntax)
        return number(0xFFFE, 2, isBig) + number(0xE000, 2, isBig) + number(data.count, 4, isBig) + data
      }
      return ("SQ", all)
    }
  }
}
