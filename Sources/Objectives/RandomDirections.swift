import Torch

/// Directions of length 1 in the space of the embeddings, spread evenly: the columns of [width, count].
package enum RandomDirections {
  /// Drawn by the tensor generator.
  ///
  /// - Parameter z: what is projected on them; they have its device, and its precision if that is float64.
  package static func drawn(_ count: Int, width: Int, like z: Tensor) throws(TorchError) -> Tensor {
    try noGrad { () throws(TorchError) in
      try normalized(.randn([count, width], z.dtype == .float64 ? .float64 : .float32, on: z.device)).transposed()
    }
  }

  /// Those of a step, as in the code of LeJEPA's authors: they depend on nothing else, so that several processes have the same.
  package static func ofStep(_ step: Int, _ count: Int, width: Int, like z: Tensor) throws(TorchError) -> Tensor {
    let onProcessor = try Tensor.zeros([], z.dtype ?? .float32)
    do {
      return try Runtime.seeded(UInt64(clamping: step)) { try drawn(count, width: width, like: onProcessor) }
        .to(device: z.device)
    } catch let error as TorchError {
      throw error
    } catch {
      throw TorchError(call: "directions", message: "\(error)")
    }
  }
}
