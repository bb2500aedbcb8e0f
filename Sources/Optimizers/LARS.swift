import Layers
import Torch

/// Layer-wise adaptive rates (You et al. 2017), in the three forms of published results. They differ when the learning
/// rate changes. With g = ∇ + λp and the trust ratio q = κ‖p‖ / ‖g‖ (1 where either norm is 0):
///
/// - `lars` (Barlow Twins, VICReg, BYOL):  m ← μm + q·g,   p ← p − η·m
/// - `lars-simclr` (official SimCLR, classic momentum):  m ← μm + η·q·g,   p ← p − m
/// - `larc-clip` (solo-learn, after NVIDIA's LARC):  q = κ‖p‖ / (‖∇‖ + λ‖p‖ + 1e-8), g ← min(q/η, 1)·g;  then as SGD
///
/// With Nesterov's momentum, the step goes along μm + the term that m just gained instead of m.
///
/// Excluded parameters (biases and normalisation) have λ = 0 and no trust ratio.
package final class LARS: Optimizer {
  package let configuration: OptimizerConfiguration
  private let groups: [ParameterGroup]
  private let momenta: [[Tensor]]

  init(_ groups: [ParameterGroup], _ configuration: OptimizerConfiguration) throws(TorchError) {
    self.configuration = configuration
    self.groups = groups
    var momenta: [[Tensor]] = []
    for group in groups { momenta.append(try group.zeros()) }
    self.momenta = momenta
  }

  package func step(_ rates: StepRates) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      let isRateInside = configuration.name == .larsSimCLR
      let updates = try GroupUpdate.all(groups, clipping: configuration.clipping)
      for (update, momenta) in zip(updates, momenta) where !update.parameters.isEmpty {
        let rate = update.group.learningRate(rates, configuration)
        let momenta = update.part(of: momenta)
        if !update.group.isExcluded { try adapt(update, learningRate: rate, decay: update.group.weightDecay(rates)) }
        try MultiTensor.multiply_(momenta, configuration.momentum)
        try MultiTensor.add_(momenta, update.gradients, scale: isRateInside ? rate : 1)
        try MultiTensor.add_(
          update.parameters, momenta,
          scale: (isRateInside ? -1 : -rate) * (configuration.isNesterov ? configuration.momentum : 1))
        if configuration.isNesterov { try MultiTensor.add_(update.parameters, update.gradients, scale: -rate) }
      }
    }
  }

  /// Adds the weight decay to each gradient and scales it by its trust ratio, in place and without waiting for the
  /// device.
  private func adapt(_ update: GroupUpdate, learningRate: Double, decay: Double) throws(TorchError) {
    let (parameters, gradients) = (update.parameters, update.gradients)
    let weightNorms = try stack(MultiTensor.norms(parameters))
    let ratios: Tensor
    if configuration.name == .larcClip {
      let gradientNorms = try stack(MultiTensor.norms(gradients))
      let trust =
        try weightNorms * configuration.trustCoefficient / (gradientNorms + weightNorms * decay + 1e-8)
      let clipped = try (trust / learningRate).clamped(atMost: 1)
      // As in the original: without a gradient there is no decay, and without weights no adaptation.
      ratios = try clipped.filled(where: gradientNorms.equals(0), with: 0).filled(where: weightNorms.equals(0), with: 1)
      try MultiTensor.add_(gradients, parameters, scale: decay)
    } else {
      try MultiTensor.add_(gradients, parameters, scale: decay)
      let gradientNorms = try stack(MultiTensor.norms(gradients))
      let isZero = try (weightNorms * gradientNorms).equals(0)
      ratios = try (weightNorms * configuration.trustCoefficient / gradientNorms).filled(where: isZero, with: 1)
    }
    try MultiTensor.multiply_(gradients, ratios.unstacked())
  }

  package func state() -> [(name: String, tensor: Tensor)] {
    zip(groups, momenta).flatMap { $0.named("momentum", $1) }
  }

  package func load(_ state: [String: Tensor]) throws {
    for (group, momenta) in zip(groups, momenta) { try group.load("momentum", into: momenta, from: state) }
  }
}
