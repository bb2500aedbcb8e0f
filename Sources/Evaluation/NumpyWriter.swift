import Foundation
import Torch

/// Writes rows of float32 to a `.npy` file as they come, so that no more than a batch is in memory.
///
/// Format 1.0 of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
public final class NumpyWriter {
  private let handle: FileHandle
  private let width: Int
  private var rows = 0

  /// - Throws: where the file cannot be made.
  public init(_ path: String, width: Int) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw RepresentationExportError(path: path, reason: String(cString: strerror(errno))) }
    self.handle = handle
    self.width = width
    try handle.write(contentsOf: header)
  }

  public func append(_ features: Tensor) throws {
    try features.to(dtype: .float32).withBytes { try handle.write(contentsOf: Data($0)) }
    rows += features.shape[0]
  }

  /// Writes the number of rows into the header; without it the file says that it is empty.
  public func finish() throws {
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: header)
    try handle.close()
  }

  /// 128 bytes whatever the number of rows, so that it can be overwritten.
  private var header: Data {
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(width)), }"
    text = text.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
    return Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(text.utf8)
  }
}

public struct RepresentationExportError: Error, Sendable, CustomStringConvertible {
  public let path: String
  public let reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "cannot write \(path): \(reason)" }
}
