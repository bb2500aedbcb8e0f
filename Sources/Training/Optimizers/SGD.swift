import Layers
import Torch

/// Stochastic gradient descent with momentum, as PyTorch defines it:
///
///     g ← ∇ + λp,   m ← μm + g   (m ← g on the first step),   p ← p − η·m   (or η·(g + μm) with Nesterov)
public final class SGD: Optimizer {
  private let configuration: OptimizerConfiguration
  private let groups: [ParameterGroup]
  private let momenta: [[Tensor]]
  private let stepCount: Tensor
  private var steps = 0

  init(_ parameters: [(name: String, parameter: Parameter)], _ configuration: OptimizerConfiguration) throws(TorchError)
  {
    self.configuration = configuration
    groups = ParameterGroup.split(parameters, excludesBiasAndNorm: configuration.excludesBiasAndNorm)
    var momenta: [[Tensor]] = []
    // The fused kernel wants no buffers where there is no momentum.
    for group in groups { momenta.append(configuration.momentum == 0 ? [] : try group.zeros()) }
    self.momenta = momenta
    stepCount = try .zeros([], .int64)
  }

  public func step(learningRate: Double) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      for (group, momenta) in zip(groups, momenta) {
        let (parameters, gradients) = try group.tensors()
        try MultiTensor.sgd_(
          parameters, gradients: gradients, momenta: momenta, learningRate: learningRate,
          momentum: configuration.momentum, weightDecay: group.isExcluded ? 0 : configuration.weightDecay,
          isNesterov: configuration.isNesterov, isFirstStep: steps == 0)
      }
      steps += 1
      try stepCount.fill_(Double(steps))
    }
  }

  public func state() -> [(name: String, tensor: Tensor)] {
    zip(groups, momenta).flatMap { $0.named("momentum", $1) } + [(name: "steps", tensor: stepCount)]
  }

  public func load(_ state: [String: Tensor]) throws {
    guard let saved = state["steps"] else { throw OptimizerStateError(name: "steps") }
    for (group, momenta) in zip(groups, momenta) { try group.load("momentum", into: momenta, from: state) }
    try stepCount.copy_(saved)
    steps = Int(try saved.item())
  }
}
