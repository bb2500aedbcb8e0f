import Foundation
import Torch

/// The size of a tile: how much of a matrix of similarities is in memory at a time.
struct TileSize: Sendable {
  /// The most similarities in a tile, unless `leastRows` rows have more.
  var elements: Int = 1 << 22
  /// The fewest rows in a tile. Each tile reads the embeddings of all columns and adds to their gradients, which does
  /// not pay for a few rows. Memory stays proportional to the number of columns.
  var leastRows: Int = 128

  static let usual = TileSize()

  func tiles(rows: Int, columns: Int) -> [Range<Int>] {
    let height = max(1, leastRows, elements / columns)
    return stride(from: 0, to: rows, by: height).map { $0..<min($0 + height, rows) }
  }
}

// libtorch marks in-place operations with a trailing underscore.
// swift-format-ignore: AlwaysUseLowerCamelCase
extension Tensor {
  /// Whether the exponentials of these similarities, and the sums of their rows, are in range without subtracting a
  /// maximum.
  ///
  /// - Parameter bound: the largest magnitude that a similarity can have.
  func isExponentiable(below bound: Double) -> Bool {
    bound + Foundation.log(Double(shape[1])) < (dtype == .float64 ? 690 : 80)
  }

  /// Replaces a matrix S by E = exp(S − m), where m is 0 if the values are bounded, and otherwise the maximum of each
  /// row.
  ///
  /// - Returns: Σ E and log Σ exp(S) of each row, [rows, 1].
  func exponentiate_(isBounded: Bool) throws(TorchError) -> (sums: Tensor, logSums: Tensor) {
    let maxima = isBounded ? nil : try max(1, keep: true).values
    if let maxima { try add_(maxima, scale: -1) }
    try exp_()
    let sums = try sum([1], keep: true)
    let logarithms = try sums.log()
    guard let maxima else { return (sums, logarithms) }
    return (sums, try logarithms + maxima)
  }
}
