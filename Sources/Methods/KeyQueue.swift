import Layers
import Torch

/// The keys of the last batches, scaled to length 1; random directions at first. A new batch replaces the oldest keys.
package final class KeyQueue: Module {
  /// [length, width]
  package let keys: Buffer

  /// - Parameter length: at least 1.
  package init(length: Int, width: Int) throws(TorchError) {
    keys = Buffer(try normalized(.randn([length, width])))
  }

  package var buffers: [(name: String, buffer: Buffer)] { [("keys", keys)] }

  /// Replaces the oldest keys in place. Their position depends on the step, so a resumed run finds the same position.
  ///
  /// - Parameters:
  ///   - batch: [N, width], with the same N at every step; if N is larger than the queue, its last keys stay.
  ///   - step: counted from 0.
  package func replaceOldest(with batch: Tensor, step: Int) throws(TorchError) {
    let length = keys.tensor.shape[0]
    let count = batch.shape[0]
    let kept = min(count, length)
    let new = try normalized(batch.detach().to(dtype: keys.tensor.dtype)).rows(count - kept..<count)
    // The remainders first: their product cannot overflow.
    let start = (step % length) * kept % length
    let before = min(kept, length - start)
    try keys.tensor.rows(start..<start + before).copy_(new.rows(0..<before))
    if before < kept { try keys.tensor.rows(0..<kept - before).copy_(new.rows(before..<kept)) }
  }
}
