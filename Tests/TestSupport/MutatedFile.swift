import Foundation
import Samples

/// A file that is damaged at up to four places: bytes flipped, replaced, cut out, put in from another file, the end cut off, or the
/// end of another file put behind the beginning. Never empty.
///
/// - Parameters:
///   - files: sound files, from which pieces are taken.
///   - decisive: so many bytes at the beginning decide the most; half of the damage is there.
public func mutated(
  _ file: [UInt8], among files: [[UInt8]], decisive: Int, _ generator: inout ViewGenerator
) -> [UInt8] {
  var bytes = file
  for _ in 0...generator.integer(below: 4) {
    let reach = generator.happens(0.5) ? min(decisive, bytes.count) : bytes.count
    switch generator.integer(below: 8) {
    case 0: bytes[generator.integer(below: reach)] = [0, 1, 0x7F, 0x80, 0xFF][generator.integer(below: 5)]
    case 1: bytes[generator.integer(below: reach)] ^= 1 << UInt8(generator.integer(below: 8))
    case 2: bytes.removeLast(generator.integer(below: bytes.count))
    case 3:
      let start = generator.integer(below: reach)
      bytes.removeSubrange(start..<min(bytes.count, start + 1 + generator.integer(below: 40)))
    case 4:
      let other = files[generator.integer(below: files.count)]
      let start = generator.integer(below: other.count)
      let piece = other[start..<min(other.count, start + 1 + generator.integer(below: 200))]
      bytes.insert(contentsOf: piece, at: generator.integer(below: reach))
    case 5:
      let other = files[generator.integer(below: files.count)]
      bytes = Array(
        bytes[..<generator.integer(below: bytes.count)] + other[generator.integer(below: other.count)...])
    default: bytes[generator.integer(below: reach)] = UInt8(truncatingIfNeeded: generator.next())
    }
    if bytes.isEmpty { bytes = [0] }
  }
  return bytes
}

/// The peak memory of this process in bytes; 0 if the system does not report it.
public func peakMemory() -> Int {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
  else { return 0 }
  return kilobytes << 10
}
