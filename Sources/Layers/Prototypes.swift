import Torch

/// Scores of vectors with a set of directions: x · weightᵀ, no bias. SwAV calls `normalise()` after each step to keep
/// the rows of the weight at length 1, so that scores of unit vectors are cosines.
package final class Prototypes: Layer {
  package let weight: Parameter

  package init(_ inputs: Int, count: Int) throws(TorchError) {
    let bound = 1 / Double(max(1, inputs)).squareRoot()
    weight = try Parameter(.uniform([count, inputs], -bound...bound))
    try normalise()
  }

  package var parameters: [(name: String, parameter: Parameter)] { [("weight", weight)] }

  package func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    try linear(x, weight: weight.tensor, bias: nil)
  }

  /// Scales each row to length 1, in place.
  package func normalise() throws(TorchError) {
    try noGrad { () throws(TorchError) in try weight.tensor.copy_(normalized(weight.tensor)) }
  }
}
