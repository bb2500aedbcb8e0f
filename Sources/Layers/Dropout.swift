import Torch

private enum Operators {
  static let dropout = Operator("dropout")
}

/// In training, zeros in random places, and the rest larger, so that the mean stays (Srivastava et al. 2014).
package final class Dropout: Layer {
  /// The part of the values that becomes zero, from 0 to below 1.
  package let probability: Double
  package private(set) var isTraining = true

  package init(_ probability: Double) { self.probability = probability }

  package func setTraining(_ isTraining: Bool) { self.isTraining = isTraining }

  /// What becomes zero now, for an operator that drops values itself, as attention does: nothing outside of training.
  package var share: Double { isTraining ? probability : 0 }

  package func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    guard share > 0 else { return x }
    return try Operators.dropout(.tensor(x), .real(share), true)
  }
}
