import Foundation

/// A new empty folder for one test, gone with it.
public final class TemporaryFolder {
  public let url: URL
  public var path: String { url.path }

  public init() throws {
    // Without links, as a scan names it: /tmp may be one.
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    url = base.appending(path: "swiftlet-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  public func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file, and the folders that it lies in.
  ///
  /// - Returns: the path of the file.
  @discardableResult public func write(_ name: String, _ text: String = "x") throws -> String {
    try write(Array(text.utf8), as: name)
  }

  @discardableResult public func write(_ name: String, _ data: Data) throws -> String {
    try write(Array(data), as: name)
  }

  @discardableResult public func write(_ bytes: [UInt8], as name: String = "picture") throws -> String {
    let file = path(name)
    if name.contains("/") {
      let place = URL(fileURLWithPath: file).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
    // Some tests write thousands of files: neither Data.write nor truncating an old file (on ext4), which wait for the
    // disk.
    unlink(file)
    guard let stream = fopen(file, "wb") else { throw CocoaError(.fileWriteUnknown) }
    defer { fclose(stream) }
    guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    return file
  }

  public func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
  }
}

/// A new empty folder, removed when `body` is done.
public func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder()
  return try withExtendedLifetime(folder) { try body(folder.url) }
}
