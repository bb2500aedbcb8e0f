import Layers
import Torch

/// Stochastic gradient descent with momentum, as PyTorch defines it:
///
///     g ← ∇ + λp,   m ← μm + g   (m ← g on the first step),   p ← p − η·m   (or η·(g + μm) with Nesterov)
package final class SGD: Optimizer {
  package let configuration: OptimizerConfiguration
  private let groups: [ParameterGroup]
  private let momenta: [[Tensor]]
  private let stepCount: Tensor
  private var steps = 0

  init(_ groups: [ParameterGroup], _ configuration: OptimizerConfiguration) throws(TorchError) {
    self.configuration = configuration
    self.groups = groups
    var momenta: [[Tensor]] = []
    // The fused kernel takes no buffers if there is no momentum.
    for group in groups { momenta.append(configuration.momentum == 0 ? [] : try group.zeros()) }
    self.momenta = momenta
    stepCount = try .zeros([], .int64)
  }

  package func step(_ rates: StepRates) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      let updates = try GroupUpdate.all(groups, clipping: configuration.clipping)
      for (update, momenta) in zip(updates, momenta) where !update.parameters.isEmpty {
        try MultiTensor.sgd_(
          update.parameters, gradients: update.gradients, momenta: update.part(of: momenta),
          learningRate: update.group.learningRate(rates, configuration), momentum: configuration.momentum,
          weightDecay: update.group.weightDecay(rates), isNesterov: configuration.isNesterov, isFirstStep: steps == 0)
      }
      steps += 1
      try stepCount.fill_(Double(steps))
    }
  }

  package func state() -> [(name: String, tensor: Tensor)] {
    zip(groups, momenta).flatMap { $0.named("momentum", $1) } + [(name: "steps", tensor: stepCount)]
  }

  package func load(_ state: [String: Tensor]) throws {
    guard let saved = state["steps"] else { throw OptimizerStateError(name: "steps") }
    for (group, momenta) in zip(groups, momenta) { try group.load("momentum", into: momenta, from: state) }
    try stepCount.copy_(saved)
    // The file may have been changed by hand.
    guard let count = Int(exactly: try saved.item()), count >= 0 else { throw OptimizerStateError(name: "steps") }
    steps = count
  }
}
