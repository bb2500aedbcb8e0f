import Samples
import Torch

extension ViewSource {
  /// The first tensor of the first view of every readable sample, flattened: [samples.count, values]. If its length
  /// varies, shorter samples are filled up with zeros to the longest.
  package func flattenedViews(threads: Int = 1) throws -> (features: Tensor, samples: [Int], skipped: [SampleError]) {
    let order = SequentialOrder(sampleCount: sampleCount, batchSize: 256)
    let loader = Loader(
      source: self, order: order, batches: 0..<order.batchCount, threads: threads, failures: .leaveOut)
    var parts: [Tensor] = []
    var samples: [Int] = []
    while let batch = try loader.next() {
      if batch.samples.isEmpty { continue }
      // A copy, because the memory of the batch is reused.
      parts.append(try batch.views(on: .cpu)[0].tensor.flattened(from: 1).clone())
      samples += batch.samples
    }
    let width = parts.map { $0.shape[1] }.max() ?? 0
    let rows = try parts.map { part throws(TorchError) -> Tensor in
      let missing = width - part.shape[1]
      guard missing > 0 else { return part }
      let zeros = try Tensor.zeros([part.shape[0], missing], part.dtype ?? .float32)
      return try concatenate([part, zeros], dimension: 1)
    }
    return (try concatenate(rows), samples, loader.skipped)
  }
}
