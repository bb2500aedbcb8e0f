import Layers
import Learning
import Torch

/// The loss of a batch that passed in parts or in several processes, and how it says that each output would have to change.
///
/// The outputs of all processes are gathered without their gradients; each process computes the loss of them all, which is
/// exact with all negatives, and takes its own rows of the gradient back through its own pass. The sum of all processes'
/// gradients is then that of one pass. What the loss changes directly, such as a weight inside of it, counts once: in process 0.
///
/// A loss that is a mean over samples needs nothing of the others: each process computes its part of the mean.
struct SharedLoss {
  private let world: World

  init(_ world: World) { self.world = world }

  /// After a recorded pass of all samples of this process.
  func computeGradients(
    of method: any Method, _ output: MethodOutput, at position: RunPosition, _ stopwatch: Stopwatch?
  ) throws(TorchError) -> (output: MethodOutput, loss: Tensor) {
    let (whole, loss, gradients) = try gradients(of: method, output, at: position, stopwatch)
    var attached: [(input: Tensor, gradient: Tensor)] = []
    for (tensor, gradient) in zip(output.tensors, gradients) where tensor.requiresGrad {
      if let gradient { attached.append((tensor, try gradient.to(dtype: tensor.dtype))) }
    }
    if !attached.isEmpty {
      try stopwatch.time(.backward) { () throws(TorchError) in
        let output = try Tensor.zeros([], on: attached[0].input.device).attaching(attached)
        try SharedGradients(world).send(of: method, during: output)
        try output.backward()
      }
    }
    return (whole, loss)
  }

  /// - Parameter output: of the samples of this process.
  /// - Returns: what the loss looked at, its value or this process's part of it, and the gradient of each tensor of `output`,
  ///   in the order of `MethodOutput.tensors`. Gradients of the weights are those that come from the loss itself.
  func gradients(
    of method: any Method, _ output: MethodOutput, at position: RunPosition, _ stopwatch: Stopwatch?
  ) throws(TorchError) -> (whole: MethodOutput, loss: Tensor, gradients: [Tensor?]) {
    let isMean = method.lossIsMeanOfSamples
    let whole = isMean || world.size == 1 ? output : try gathered(output)
    let leaves = try whole.mapTensors { tensor throws(TorchError) in
      tensor.dtype?.isFloatingPoint == true ? try tensor.detach().requireGrad() : tensor
    }
    let loss = try stopwatch.time(.loss) { () throws(TorchError) in
      guard world.size > 1 else { return try method.loss(leaves, at: position) }
      if isMean, let share = world.share { return try method.loss(leaves, at: position) * share.weight }
      return try world.alike { () throws(TorchError) in try method.loss(leaves, at: position) }
    }
    try method.clearGradients()
    try stopwatch.time(.backward) { () throws(TorchError) in try loss.backward() }
    if world.size > 1, !isMean, !world.isLeader { try zeroGradients(of: method) }
    var gradients: [Tensor?] = []
    for leaf in leaves.tensors {
      let all = try leaf.grad()
      gradients.append(isMean || world.size == 1 ? all : try all.map { all throws(TorchError) in try world.own(all) })
    }
    return (whole, loss, gradients)
  }

  /// Features stay those of this process: no loss looks at them.
  private func gathered(_ output: MethodOutput) throws(TorchError) -> MethodOutput {
    let whole = { (tensor: Tensor) throws(TorchError) -> Tensor in try world.whole(tensor) }
    return MethodOutput(
      features: output.features, embeddings: try output.embeddings.map(whole),
      predictions: try output.predictions.map(whole), targets: try output.targets.map(whole))
  }

  /// Zero, and not absent: all processes add up the same weights.
  private func zeroGradients(of method: any Method) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      for (_, parameter) in method.trainedParameters {
        if let gradient = try parameter.tensor.grad() { try gradient.multiply_(0) }
      }
    }
  }
}

extension DType {
  fileprivate var isFloatingPoint: Bool { [.float16, .bfloat16, .float32, .float64].contains(self) }
}
