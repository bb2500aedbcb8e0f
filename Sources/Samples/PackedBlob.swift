/// A blob that a `PackedStore` has found; its bytes are read when they are asked for.
package struct PackedBlob {
  /// What was given when the blob was kept.
  package let form: UInt64
  package let byteCount: Int
  private let offset: Int
  private let checksum: UInt64
  /// Keeps the descriptor open.
  private let segment: PackedSegment
  private let descriptor: Int32
  /// Whether the bytes had the right checksum, now or earlier in this process.
  private(set) var isChecked: Bool

  init(_ record: PackedRecord, in segment: PackedSegment, _ descriptor: Int32, isChecked: Bool) {
    form = record.form
    byteCount = record.byteCount
    offset = record.offset
    checksum = record.checksum
    self.segment = segment
    self.descriptor = descriptor
    self.isChecked = isChecked
  }

  /// Reads the bytes into `buffer`, which has to be of `byteCount` bytes.
  ///
  /// - Returns: whether all bytes are there and have the right checksum; if not, the buffer's contents mean nothing.
  package mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard buffer.count == byteCount else { return false }
    let isRead = withExtendedLifetime(segment) { PackedSegment.read(buffer, from: descriptor, at: offset) }
    guard isRead, isChecked || packedChecksum(UnsafeRawBufferPointer(buffer)) == checksum else { return false }
    isChecked = true
    return true
  }

  /// The bytes as numbers, read straight into the array's memory.
  ///
  /// - Returns: nil if `read(into:)` fails, or the bytes are not a whole number of elements.
  package mutating func array<Element: BitwiseCopyable & Numeric>(of type: Element.Type) -> [Element]? {
    let (count, rest) = byteCount.quotientAndRemainder(dividingBy: MemoryLayout<Element>.stride)
    guard rest == 0 else { return nil }
    var isWhole = false
    // Unsafe because the system writes into the array's memory. It may be larger than asked for.
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initialised in
      isWhole = read(into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: byteCount))
      initialised = isWhole ? count : 0
    }
    return isWhole ? elements : nil
  }
}
