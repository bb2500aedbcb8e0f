import Foundation

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

  package static let diskBytesPerSecond = 400e6
}
