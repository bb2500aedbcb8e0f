import Torch

// Operators that only series need.
private enum Operators {
  static let convolution = Operator("conv1d")
  static let greater = Operator("maximum")
  static let slice = Operator("slice", "Tensor")
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

/// The greater of each two neighbours of the last dimension of three; a last one without a neighbour is left out.
///
/// Unlike an operator for pooling, it keeps no places for the backward pass, which would take as much memory as the result twice
/// over.
func halved(_ x: Tensor) throws(TorchError) -> Tensor {
  let (dimension, end, step) = (2, x.shape[2] / 2 * 2, 2)
  func everyOther(_ start: Int) throws(TorchError) -> Tensor {
    try Operators.slice(.tensor(x), .integer(dimension), .integer(start), .integer(end), .integer(step))
  }
  return try Operators.greater(.tensor(everyOther(0)), .tensor(everyOther(1)))
}

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
