import Torch

// Operators that only series need.
private enum Operators {
  static let convolution = Operator("conv1d")
  static let pool = Operator("max_pool1d")
  static let isMissing = Operator("isnan")
  static let any = Operator("any", "dim")
  static let below = Operator("lt", "Scalar")
  static let diagonal = Operator("diagonal")
  static let addProducts = Operator("baddbmm_")
}

/// x [batch, in, length], weight [out, in, kernel] → [batch, out, length] with zeros around.
func convolution(
  _ x: Tensor, weight: Tensor, bias: Tensor, padding: Int, dilation: Int
) throws(TorchError) -> Tensor {
  try Operators.convolution(
    .tensor(x), .tensor(weight), .tensor(bias), [1], .integers([padding]), .integers([dilation]), 1)
}

/// The greater of each two neighbours of the last dimension; a last one without a neighbour is left out.
func halved(_ x: Tensor) throws(TorchError) -> Tensor { try Operators.pool(.tensor(x), [2], [2]) }

/// Where values are missing: booleans of the same shape.
func isMissing(_ x: Tensor) throws(TorchError) -> Tensor { try Operators.isMissing(.tensor(x)) }

/// Whether any element along the last dimension is true.
func anyOfLast(_ x: Tensor) throws(TorchError) -> Tensor { try Operators.any(.tensor(x), -1) }

/// 1 where a number is below `bound`, else 0, in float32.
func isBelow(_ x: Tensor, _ bound: Double) throws(TorchError) -> Tensor {
  try Operators.below(.tensor(x), .real(bound)).to(dtype: .float32)
}

// libtorch marks in-place operations with a trailing underscore.
// swift-format-ignore: AlwaysUseLowerCamelCase
extension Tensor {
  /// The elements […, i, i + offset] of matrices [groups, rows, columns]: [groups, count]. Shares memory.
  func diagonals(offset: Int) throws(TorchError) -> Tensor {
    try Operators.diagonal(.tensor(self), .integer(offset), 1, 2)
  }

  /// self += scale · a b for matrices [groups, …].
  func addProducts_(_ a: Tensor, _ b: Tensor, scale: Double) throws(TorchError) {
    try Operators.addProducts.perform(.tensor(self), .tensor(a), .tensor(b), 1.0, .real(scale), capacity: 1)
  }
}
