import Foundation
import Samples
import TestSupport
import Testing

@testable import Pictures

/// Decodes a damaged file for each seed: each gives a picture or a DecodeError with a reason, in less than `limit`, and all together
/// take little memory.
///
/// - Parameters:
///   - file: the bytes of a seed, always the same.
///   - decode: decodes the file at a path.
/// - Returns: how many were decoded and how many refused.
func decodeDamaged(
  _ seeds: some Sequence<Int>, within limit: Duration, file: (Int) -> [UInt8],
  decode: (_ path: String, CanonicalDecode) throws(DecodeError) -> Void
) throws -> (decoded: Int, refused: Int) {
  let folder = try TemporaryFolder()
  // The limit prevents that a damaged size needs gigabytes.
  let rule = CanonicalDecode(shortSide: 16, maxPixels: 4_000_000)
  var (decoded, refused) = (0, 0)
  let memory = peakMemory()
  for seed in seeds {
    let path = try folder.write(file(seed))
    let started = ContinuousClock.now
    do throws(DecodeError) {
      try decode(path, rule)
      decoded += 1
    } catch {
      #expect(!error.reason.isEmpty)
      refused += 1
    }
    let duration = started.duration(to: .now)
    #expect(duration < limit, "seed \(seed) took \(duration)")
  }
  let grown = peakMemory() - memory
  #expect(grown < 512 << 20, "the memory grew by \(grown >> 20) MiB")
  return (decoded, refused)
}
