import Layers
import Torch

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019); β 0.9 and 0.999, ε 1e-8.
public final class AdamW: Optimizer {
  private let configuration: OptimizerConfiguration
  private let groups: [ParameterGroup]
  private let firstMoments: [[Tensor]]
  private let secondMoments: [[Tensor]]
  /// The fused kernel wants a counter a parameter.
  private let counters: [[Tensor]]

  init(_ parameters: [(name: String, parameter: Parameter)], _ configuration: OptimizerConfiguration) throws(TorchError)
  {
    self.configuration = configuration
    groups = ParameterGroup.split(parameters, excludesBiasAndNorm: configuration.excludesBiasAndNorm)
    var first: [[Tensor]] = []
    var second: [[Tensor]] = []
    var counters: [[Tensor]] = []
    for group in groups {
      first.append(try group.zeros())
      second.append(try group.zeros())
      var steps: [Tensor] = []
      for parameter in group.parameters { steps.append(try .zeros([], on: parameter.tensor.device)) }
      counters.append(steps)
    }
    firstMoments = first
    secondMoments = second
    self.counters = counters
  }

  public func step(learningRate: Double) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      for (index, group) in groups.enumerated() {
        let (parameters, gradients) = try group.tensors()
        for counter in counters[index] { try counter.add_(1) }
        try MultiTensor.adamW_(
          parameters, gradients: gradients, firstMoments: firstMoments[index], secondMoments: secondMoments[index],
          steps: counters[index], learningRate: learningRate, betas: (0.9, 0.999),
          weightDecay: group.isExcluded ? 0 : configuration.weightDecay, epsilon: 1e-8)
      }
    }
  }

  public func state() -> [(name: String, tensor: Tensor)] {
    groups.enumerated().flatMap { index, group in
      group.named("first_moment", firstMoments[index]) + group.named("second_moment", secondMoments[index])
        + group.named("steps", counters[index])
    }
  }

  public func load(_ state: [String: Tensor]) throws {
    for (index, group) in groups.enumerated() {
      try group.load("first_moment", into: firstMoments[index], from: state)
      try group.load("second_moment", into: secondMoments[index], from: state)
      try group.load("steps", into: counters[index], from: state)
    }
  }
}
