import Files
import Foundation
import Torch

/// Writes rows of float32 to a `.npy` file as they come, so that no more than a batch is in memory. The file appears
/// when it is finished.
///
/// Format 1.0 of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package final class NumpyWriter {
  private let file: OutputFile
  private let width: Int
  private var rows = 0

  /// - Parameter replaces: as for `FileDraft`.
  /// - Throws: `RepresentationExportError` where the file cannot be made; so do the other calls.
  package init(_ path: String, width: Int, replaces: Bool = true) throws {
    file = try OutputFile(path, replaces: replaces)
    self.width = width
    try file.write(header)
  }

  package func append(_ features: Tensor) throws {
    try features.to(dtype: .float32).withBytes { try file.write(Data($0)) }
    rows += features.shape[0]
  }

  /// Writes the number of rows into the header and gives the file its name.
  ///
  /// - Parameter others: files that mean nothing without this one; they get their names with it.
  package func finish(with others: [OutputFile] = []) throws {
    try file.rewind()
    try file.write(header)
    try OutputFile.finish([file] + others)
  }

  /// 128 bytes whatever the number of rows, so that it can be overwritten.
  private var header: Data {
    var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(width)), }"
    text = text.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
    return Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(text.utf8)
  }
}

package struct RepresentationExportError: Error, Sendable, CustomStringConvertible {
  package let path: String
  package let reason: String

  init(_ failure: FileFailure) { self.init(path: failure.path, reason: failure.reason) }

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  package var description: String { "cannot write \(path): \(reason)" }
}
