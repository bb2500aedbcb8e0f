import Foundation

/// Whether decoded samples are kept on disk. Results do not depend on it.
public enum CacheChoice: Sendable, Equatable {
  case off
  /// In `automaticFolder(of:)`, if it pays: the samples do not fit into the memory that they may take, and decoding one
  /// takes at least twice as long as reading it from a disk of 400 MB/s.
  case auto
  case folder(String)

  /// A folder in the user's cache folder: `~/.cache/swiftlet/pictures` on Linux for `contents` "pictures".
  public static func automaticFolder(of contents: String) -> String {
    let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first?.path
    return (caches ?? FileManager.default.homeDirectoryForCurrentUser.path + "/.cache") + "/swiftlet/" + contents
  }

  package static let diskBytesPerSecond = 400e6
}
