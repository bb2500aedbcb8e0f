import Torch

/// A network whose weights are the exponential moving average of those of another network of the same architecture: the
/// momentum encoder of MoCo, the target network of BYOL, the teacher of DINO.
///
///     θ′ ← m θ′ + (1 − m) θ
///
/// It starts as a copy and is never trained: gradients do not reach its weights, and optimisers skip them. It keeps its
/// own running statistics of batch normalisation. Its parameters keep the names of its network, so that a checkpoint
/// stores them.
package final class MovingAverage<Network: Module>: Module {
  package let network: Network
  private let pairs: [(own: Parameter, followed: Parameter)]

  /// - Parameters:
  ///   - network: becomes a copy of `followed`.
  ///   - followed: of the same architecture.
  /// - Throws: `TorchError` where names or shapes differ.
  package init(_ network: Network, following followed: some Module) throws(TorchError) {
    self.network = network
    let (own, others) = (network.namedParameters, followed.namedParameters)
    let (buffers, otherBuffers) = (network.namedBuffers, followed.namedBuffers)
    guard own.map(\.name) == others.map(\.name), buffers.map(\.name) == otherBuffers.map(\.name),
      zip(own, others).allSatisfy({ $0.parameter.tensor.shape == $1.parameter.tensor.shape })
    else {
      throw TorchError(call: "MovingAverage", message: "the two networks are not of the same architecture")
    }
    pairs = zip(own, others).map { ($0.parameter, $1.parameter) }
    for (own, followed) in pairs { own.tensor = try followed.tensor.detach().clone() }
    for (own, followed) in zip(buffers, otherBuffers) { own.buffer.tensor = try followed.buffer.tensor.clone() }
  }

  package var parameters: [(name: String, parameter: Parameter)] { network.parameters }
  package var buffers: [(name: String, buffer: Buffer)] { network.buffers }
  package var children: [(name: String, module: any Module)] { network.children }
  package func setTraining(_ isTraining: Bool) { network.setTraining(isTraining) }
  package func join(_ world: World) { network.join(world) }

  /// Moves the weights towards those of the followed network, in place.
  ///
  /// - Parameter momentum: m, from 0 (becomes a copy) to 1 (does not move).
  package func follow(momentum: Double) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      let own = pairs.map(\.own.tensor)
      try MultiTensor.multiply_(own, momentum)
      try MultiTensor.add_(own, pairs.map(\.followed.tensor), scale: 1 - momentum)
    }
  }
}
