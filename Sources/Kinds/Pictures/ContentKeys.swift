import Foundation
import Samples
import Synchronization

/// Keys of pictures' contents that are equal for equal files of one folder.
///
/// Most files have a size of their own, and are then like no other: only those that share their size with another are
/// read. Sizes are read once.
final class ContentKeys: Sendable {
  private let files: FileList
  private let sizes = Mutex<(of: [Int64?], counts: [Int64: Int])?>(nil)

  init(of files: FileList) { self.files = files }

  /// Nil if the file cannot be read.
  func key(of sample: Int) -> UInt64? {
    let (size, isAlone) = sizes.withLock { known in
      let all = known ?? Self.sizes(of: files)
      known = all
      return (all.of[sample], all.of[sample].map { all.counts[$0] == 1 } ?? false)
    }
    guard let size else { return nil }
    if isAlone { return withUnsafeBytes(of: size) { Samples.fingerprint(of: $0) } }
    return try? Data(contentsOf: URL(fileURLWithPath: files.path(of: sample)), options: .mappedIfSafe)
      .withUnsafeBytes { Samples.fingerprint(of: $0) }
  }

  private static func sizes(of files: FileList) -> (of: [Int64?], counts: [Int64: Int]) {
    let sizes = files.samples.indices.map { sample -> Int64? in
      var status = stat()
      return stat(files.path(of: sample), &status) == 0 ? Int64(status.st_size) : nil
    }
    return (sizes, Dictionary(sizes.compactMap { $0.map { ($0, 1) } }, uniquingKeysWith: +))
  }
}
