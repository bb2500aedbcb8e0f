import Torch

/// A copy of a module's buffers (running statistics, queues, centres), to restore them later.
package struct BufferSnapshot {
  private let kept: [(tensor: Tensor, value: Tensor)]

  package init(of module: any Module) throws(TorchError) {
    var kept: [(tensor: Tensor, value: Tensor)] = []
    for (_, buffer) in module.namedBuffers { kept.append((buffer.tensor, try buffer.tensor.clone())) }
    self.kept = kept
  }

  package func restore() throws(TorchError) {
    try noGrad { () throws(TorchError) in for (tensor, value) in kept { try tensor.copy_(value) } }
  }
}
