import Foundation
import Views

/// Whether decoded pictures are kept on disk. Results do not depend on it.
public enum CacheChoice: Sendable, Equatable {
  case off
  /// In `automaticFolder`, where it pays: the pictures do not fit into the memory that they may take, and to decode one
  /// takes at least twice as long as to read it from a disk of 400 MB/s.
  case auto
  case folder(String)

  /// The user's cache folder, `~/.cache/swiftlet/pictures` on Linux.
  public static var automaticFolder: String {
    let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first?.path
    return (caches ?? FileManager.default.homeDirectoryForCurrentUser.path + "/.cache") + "/swiftlet/pictures"
  }

  static let diskBytesPerSecond = 400e6
}

extension SampleCollection {
  /// Kinds of data without a decode to speak of are not kept.
  public func cached(_ choice: CacheChoice) throws(DatasetError) -> any SampleCollection { self }

  public var troubles: [String] { [] }
}

extension ImageCollection {
  /// The same pictures, decoded ones kept as `choice` says.
  ///
  /// - Throws: `DatasetError.cacheUnusable` for a folder that was named.
  public func cached(_ choice: CacheChoice) throws(DatasetError) -> any SampleCollection {
    switch choice {
    case .off: return with(nil)
    case .folder(let path): return with(try PackedCache(in: path))
    case .auto:
      guard cachePays else { return with(nil) }
      // Nobody asked for it: where it cannot be, things are as without.
      return with(try? PackedCache(in: CacheChoice.automaticFolder))
    }
  }

  /// Measured on a few pictures.
  private var cachePays: Bool {
    guard samplesInMemory(of: Array(names.indices)).share < 1 else { return false }
    let clock = ContinuousClock()
    var (seconds, byteCount) = (0.0, 0)
    for index in 0..<min(8, folder.count) {
      let path = folder.files.path(of: index * folder.count / min(8, folder.count))
      var picture: Picture?
      let time = clock.measure { picture = try? PictureDecoder.decode(path: path, rule: imageConfiguration.decode) }
      guard let picture else { continue }
      seconds += time / .seconds(1)
      byteCount += picture.samples.byteCount
    }
    return seconds > 2 * Double(byteCount) / CacheChoice.diskBytesPerSecond
  }
}
