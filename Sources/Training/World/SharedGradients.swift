import Layers
import Learning
import Torch

/// The sum of the gradients of all processes, with some numbers that travel with it.
///
/// All gradients travel as one row: what a small tensor costs is the way, and not its size.
struct SharedGradients {
  private let world: World

  init(_ world: World) { self.world = world }

  /// Replaces the gradients of each process by their sum.
  ///
  /// - Parameter numbers: single values of each process.
  /// - Returns: the sums of these over the processes, in float64.
  func sum(of method: any Method, with numbers: [Tensor] = []) throws(TorchError) -> [Double] {
    try noGrad { () throws(TorchError) in
      var gradients: [Tensor] = []
      for (_, parameter) in method.trainedParameters {
        if let gradient = try parameter.tensor.grad() { gradients.append(gradient) }
      }
      let kinds = Set(gradients.compactMap(\.dtype)).sorted { $0.rawValue < $1.rawValue }
      for kind in kinds { try sum(gradients.filter { $0.dtype == kind }) }
      if numbers.isEmpty { return [] }
      let row = try stack(
        numbers.map { number throws(TorchError) in try number.detach().to(dtype: .float64, device: .cpu) })
      try world.addUp(row)
      return try row.values()
    }
  }

  private func sum(_ gradients: [Tensor]) throws(TorchError) {
    let row = try concatenate(gradients.map { gradient throws(TorchError) in try gradient.flattened(from: 0) })
    try world.addUp(row)
    var start = 0
    for gradient in gradients {
      let count = gradient.count
      try gradient.copy_(row.rows(start..<start + count).reshaped(gradient.shape))
      start += count
    }
  }
}
