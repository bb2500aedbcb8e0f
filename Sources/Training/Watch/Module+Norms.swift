import Layers
import Torch

extension Module {
  /// The Euclidean norm of all gradients together, and of all trained weights. Waits for the device.
  func norms() throws(TorchError) -> (gradients: Double, weights: Double) {
    var weights: [Tensor] = []
    var gradients: [Tensor] = []
    for (_, parameter) in trainedParameters {
      weights.append(try parameter.tensor.detach())
      if let gradient = try parameter.tensor.grad() { gradients.append(gradient) }
    }
    return (try Self.norm(gradients), try Self.norm(weights))
  }

  private static func norm(_ tensors: [Tensor]) throws(TorchError) -> Double {
    tensors.isEmpty ? 0 : try stack(MultiTensor.norms(tensors)).norm().item()
  }
}
