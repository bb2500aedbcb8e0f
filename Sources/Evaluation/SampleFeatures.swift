import Torch

/// Vectors of the samples of a collection that could be read, found by sample.
struct SampleFeatures {
  /// [readable samples, features]
  private let vectors: Tensor
  private let rows: [Int: Int]

  /// - Parameter samples: the sample of each row.
  init(_ vectors: Tensor, of samples: [Int]) {
    self.vectors = vectors
    rows = Dictionary(uniqueKeysWithValues: zip(samples, samples.indices))
  }

  /// Those of `samples` that could be read, in their order.
  func readable(_ samples: [Int]) -> [Int] { samples.filter { rows[$0] != nil } }

  /// [samples, features] of what could be read of `samples`.
  subscript(samples: [Int]) -> Tensor {
    get throws(TorchError) { try vectors.indexed(by: Tensor(samples.compactMap { rows[$0].map(Int64.init) })) }
  }
}
