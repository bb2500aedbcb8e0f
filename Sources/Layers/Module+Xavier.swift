import Torch

extension Module {
  /// Draws all weight matrices anew: uniform in ±√(6 / (inputs + outputs)) (Glorot & Bengio 2010), biases 0. The kernel
  /// of a convolution counts as a matrix from all values that it covers to the output channels, as for the patch
  /// embedding in the official code of MAE.
  ///
  /// Vectors, tokens and positions stay as they are.
  package func drawWeightsByXavier() throws(TorchError) {
    for (name, parameter) in namedParameters {
      let shape = parameter.tensor.shape
      if name.hasSuffix("weight"), shape.count == 2 || shape.count == 4 {
        let inputs = shape.dropFirst().reduce(1, *)
        let bound = (6 / Double(inputs + shape[0])).squareRoot()
        try parameter.tensor.replaceValues(by: .uniform(shape, -bound...bound))
      } else if name.hasSuffix("bias") {
        try parameter.tensor.replaceValues(by: .zeros(shape))
      }
    }
  }
}

extension Tensor {
  fileprivate func replaceValues(by other: Tensor) throws(TorchError) {
    try noGrad { () throws(TorchError) in try copy_(other) }
  }
}
