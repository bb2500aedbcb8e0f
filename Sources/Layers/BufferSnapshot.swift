import Torch

/// What the buffers of a module hold at one time (running statistics, queues, centres), to take back what happens to them.
public struct BufferSnapshot {
  private let kept: [(tensor: Tensor, value: Tensor)]

  public init(of module: any Module) throws(TorchError) {
    var kept: [(tensor: Tensor, value: Tensor)] = []
    for (_, buffer) in module.namedBuffers { kept.append((buffer.tensor, try buffer.tensor.clone())) }
    self.kept = kept
  }

  public func restore() throws(TorchError) {
    try noGrad { () throws(TorchError) in for (tensor, value) in kept { try tensor.copy_(value) } }
  }
}
