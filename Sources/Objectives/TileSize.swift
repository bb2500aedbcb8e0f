import Foundation
import Torch

/// How much of a matrix of similarities is in memory at a time.
struct TileSize: Sendable {
  /// How many similarities at most, unless a single row has more.
  var elements: Int = 1 << 22
  /// Or so many rows, if these have more: each tile reads all columns' embeddings and adds to their gradients, which few
  /// rows would not be worth. Memory stays in proportion to the columns.
  var leastRows: Int = 128

  static let usual = TileSize()

  func tiles(rows: Int, columns: Int) -> [Range<Int>] {
    let height = max(1, leastRows, elements / columns)
    return stride(from: 0, to: rows, by: height).map { $0..<min($0 + height, rows) }
  }
}

// In place, as libtorch marks it.
// swift-format-ignore: AlwaysUseLowerCamelCase
extension Tensor {
  /// Whether exponentials of these similarities, and sums of their rows, stay within the range of numbers as they are.
  ///
  /// - Parameter bound: what no similarity exceeds in magnitude.
  func isExponentiable(below bound: Double) -> Bool {
    bound + Foundation.log(Double(shape[1])) < (dtype == .float64 ? 690 : 80)
  }

  /// Turns a matrix into its exponentials E = exp(S − m), where m is 0, or for rows without a bound their maximum.
  ///
  /// - Returns: of each row Σ E and log Σ exp(S), [rows, 1].
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
