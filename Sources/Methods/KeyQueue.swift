import Layers
import Torch

/// The last keys that were seen, scaled to length 1; random directions at first. A batch takes the place of the oldest.
public final class KeyQueue: Module {
  /// [length, width]
  public let keys: Buffer

  /// - Parameter length: at least 1.
  public init(length: Int, width: Int) throws(TorchError) {
    keys = Buffer(try normalized(.randn([length, width])))
  }

  public var buffers: [(name: String, buffer: Buffer)] { [("keys", keys)] }

  /// In place. Where they go follows from the step, so that a run that goes on finds the same place.
  ///
  /// - Parameters:
  ///   - batch: [N, width], of the same N at every step; of more keys than fit, the last stay.
  ///   - step: counted from 0.
  public func replaceOldest(with batch: Tensor, step: Int) throws(TorchError) {
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
