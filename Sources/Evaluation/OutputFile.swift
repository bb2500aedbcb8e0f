import Foundation
import Training

/// A file that grows, and that appears under its name whole or not at all: what was there before stays until then.
package final class OutputFile {
  package let path: String
  private let draft: String
  private let handle: FileHandle
  private var isFinished = false

  /// - Throws: `RepresentationExportError` where the file cannot be made; so do the other calls.
  package init(_ path: String) throws(RepresentationExportError) {
    func refuse(_ reason: String) -> RepresentationExportError { .init(path: path, reason: reason) }
    let manager = FileManager.default
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw refuse("it is a folder; name a file in it")
    }
    guard manager.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw refuse("there is no folder '\(folder)'; make it first")
    }
    guard isFolder.boolValue else { throw refuse("'\(folder)' is no folder") }
    draft = path + ".draft-\(ProcessInfo.processInfo.processIdentifier)"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw refuse(String(cString: strerror(errno))) }
    self.path = path
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  deinit { if !isFinished { try? FileManager.default.removeItem(atPath: draft) } }

  package func write(_ data: Data) throws(RepresentationExportError) {
    try attempt { try handle.write(contentsOf: data) }
  }

  /// Goes on writing at the start of the file.
  package func rewind() throws(RepresentationExportError) { try attempt { try handle.seek(toOffset: 0) } }

  /// Gives the file its name.
  package func finish() throws(RepresentationExportError) {
    try attempt {
      try handle.synchronize()
      try handle.close()
    }
    guard rename(draft, path) == 0 else {
      throw RepresentationExportError(path: path, reason: String(cString: strerror(errno)))
    }
    isFinished = true
  }

  private func attempt(_ body: () throws -> Void) throws(RepresentationExportError) {
    do {
      try body()
    } catch {
      throw RepresentationExportError(path: path, reason: systemReason(of: error))
    }
  }
}
