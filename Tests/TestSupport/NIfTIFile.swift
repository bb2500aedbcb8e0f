/// A small NIfTI-1 file of 16-bit voxels, written by the description of its 348 bytes.
public struct NIfTIFile: Sendable {
  public var sides: [Int]
  public var voxels: [Int16]
  /// The rows of the map from voxels to mm to the right, to the front and up; nil for none.
  public var map: [[Float]]?
  public var slope: Float = 0
  public var intercept: Float = 0
  /// Overwrites fields: a place in the header and bytes.
  public var changes: [(Int, [UInt8])] = []

  /// - Parameter sides: at least two; the first changes fastest.
  public init(sides: [Int], map: [[Float]]? = nil, voxel: (Int) -> Int = { $0 }) {
    self.sides = sides
    self.map = map
    voxels = (0..<sides.reduce(1, *)).map { Int16(truncatingIfNeeded: voxel($0)) }
  }

  public var bytes: [UInt8] {
    var header = [UInt8](repeating: 0, count: 352)
    func put(_ place: Int, _ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes in
        for (offset, byte) in bytes.enumerated() { header[place + offset] = byte }
      }
    }
    put(0, Int32(348))
    put(40, Int16(sides.count))
    for axis in 0..<7 { put(42 + 2 * axis, Int16(axis < sides.count ? sides[axis] : 1)) }
    put(70, Int16(4))
    put(72, Int16(16))
    put(108, Float(352).bitPattern)
    put(112, slope.bitPattern)
    put(116, intercept.bitPattern)
    if let map {
      put(254, Int16(1))
      for (place, value) in map.joined().enumerated() { put(280 + 4 * place, value.bitPattern) }
    }
    for (place, byte) in Array("n+1\0".utf8).enumerated() { header[344 + place] = byte }
    for (place, bytes) in changes { header.replaceSubrange(place..<place + bytes.count, with: bytes) }
    return header + voxels.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }
}
