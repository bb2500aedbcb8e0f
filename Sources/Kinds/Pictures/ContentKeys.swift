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

  private let byFile = Mutex<[String: UInt64]>([:])

  init(of files: FileList) { self.files = files }

  /// Nil if the file cannot be read.
  func key(of sample: Int) -> UInt64? {
    let (size, isAlone) = sizes.withLock { known in
      let all = known ?? Self.sizes(of: files)
      known = all
      return (all.of[sample], all.of[sample].map { all.counts[$0] == 1 } ?? false)
    }
    guard let size else { return nil }
    if let part = files.samples[sample].part {
      return key(ofFile: files.path(of: sample)).map { $0 ^ fingerprint(of: "\(part.frame)".utf8) }
    }
    if isAlone { return withUnsafeBytes(of: size) { Samples.fingerprint(of: $0) } }
    return try? Data(contentsOf: URL(fileURLWithPath: files.path(of: sample)), options: .mappedIfSafe)
      .withUnsafeBytes { Samples.fingerprint(of: $0) }
  }

  /// Of the whole file, which holds several samples and is read once.
  private func key(ofFile path: String) -> UInt64? {
    if let known = byFile.withLock({ $0[path] }) { return known }
    let key = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
      .withUnsafeBytes { Samples.fingerprint(of: $0) }
    if let key { byFile.withLock { $0[path] = key } }
    return key
  }

  private static func sizes(of files: FileList) -> (of: [Int64?], counts: [Int64: Int]) {
    let sizes = files.samples.indices.map { sample -> Int64? in
      var status = stat()
      return stat(files.path(of: sample), &status) == 0 ? Int64(status.st_size) : nil
    }
    return (sizes, Dictionary(sizes.compactMap { $0.map { ($0, 1) } }, uniquingKeysWith: +))
  }
}
