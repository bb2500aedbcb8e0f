import Samples
import Torch

extension ViewSource {
  /// The first view of every readable sample, flattened: [samples.count, values].
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
    return (try concatenate(parts), samples, loader.skipped)
  }
}
