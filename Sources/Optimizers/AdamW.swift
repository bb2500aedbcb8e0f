import Layers
import Torch

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019); ε 1e-8.
package final class AdamW: Optimizer {
  package let configuration: OptimizerConfiguration
  private let groups: [ParameterGroup]
  private let firstMoments: [[Tensor]]
  private let secondMoments: [[Tensor]]
  /// The fused kernel needs a counter for each parameter.
  private let counters: [[Tensor]]

  init(_ groups: [ParameterGroup], _ configuration: OptimizerConfiguration) throws(TorchError) {
    self.configuration = configuration
    self.groups = groups
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

  package func step(_ rates: StepRates) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      let updates = try GroupUpdate.all(groups, clipping: configuration.clipping)
      for (index, update) in updates.enumerated() where !update.parameters.isEmpty {
        let steps = update.part(of: counters[index])
        for counter in steps { try counter.add_(1) }
        try MultiTensor.adamW_(
          update.parameters, gradients: update.gradients, firstMoments: update.part(of: firstMoments[index]),
          secondMoments: update.part(of: secondMoments[index]), steps: steps,
          learningRate: update.group.learningRate(rates, configuration),
          betas: (configuration.beta1, configuration.beta2), weightDecay: update.group.weightDecay(rates),
          epsilon: 1e-8)
      }
    }
  }

  package func state() -> [(name: String, tensor: Tensor)] {
    groups.enumerated().flatMap { index, group in
      group.named("first_moment", firstMoments[index]) + group.named("second_moment", secondMoments[index])
        + group.named("steps", counters[index])
    }
  }

  package func load(_ state: [String: Tensor]) throws {
    for (index, group) in groups.enumerated() {
      try group.load("first_moment", into: firstMoments[index], from: state)
      try group.load("second_moment", into: secondMoments[index], from: state)
      try group.load("steps", into: counters[index], from: state)
    }
  }
}
