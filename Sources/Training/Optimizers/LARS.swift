import Layers
import Torch

/// Layer-wise adaptive rates (You et al. 2017), in the three forms that published results were made with; they differ
/// once the learning rate changes. With g = ∇ + λp and the trust ratio q = κ‖p‖ / ‖g‖ (1 where either norm is 0):
///
/// - `lars` (Barlow Twins, VICReg, BYOL):  m ← μm + q·g,   p ← p − η·m
/// - `lars-simclr` (official SimCLR, classic momentum):  m ← μm + η·q·g,   p ← p − m
/// - `larc-clip` (solo-learn, after NVIDIA's LARC):  q = κ‖p‖ / (‖∇‖ + λ‖p‖ + 1e-8), g ← min(q/η, 1)·g;  then as SGD
///
/// Excluded parameters (biases and normalisation) have λ = 0 and no trust ratio.
public final class LARS: Optimizer {
  private let configuration: OptimizerConfiguration
  private let groups: [ParameterGroup]
  private let momenta: [[Tensor]]

  init(_ parameters: [(name: String, parameter: Parameter)], _ configuration: OptimizerConfiguration) throws(TorchError)
  {
    self.configuration = configuration
    groups = ParameterGroup.split(parameters, excludesBiasAndNorm: configuration.excludesBiasAndNorm)
    var momenta: [[Tensor]] = []
    for group in groups { momenta.append(try group.zeros()) }
    self.momenta = momenta
  }

  public func step(learningRate: Double) throws(TorchError) {
    try noGrad { () throws(TorchError) in
      for (group, momenta) in zip(groups, momenta) {
        let (parameters, gradients) = try group.tensors()
        if !group.isExcluded {
          try adapt(gradients, to: parameters, learningRate: learningRate)
        }
        let isRateInside = configuration.name == .larsSimCLR
        try MultiTensor.multiply_(momenta, configuration.momentum)
        try MultiTensor.add_(momenta, gradients, scale: isRateInside ? learningRate : 1)
        try MultiTensor.add_(parameters, momenta, scale: isRateInside ? -1 : -learningRate)
      }
    }
  }

  /// Adds the weight decay to each gradient and scales it by its trust ratio, in place and without waiting for the
  /// device.
  private func adapt(_ gradients: [Tensor], to parameters: [Tensor], learningRate: Double) throws(TorchError) {
    let decay = configuration.weightDecay
    let weightNorms = try stack(MultiTensor.norms(parameters))
    let ratios: Tensor
    if configuration.name == .larcClip {
      let gradientNorms = try stack(MultiTensor.norms(gradients))
      let trust =
        try weightNorms * configuration.trustCoefficient / (gradientNorms + weightNorms * decay + 1e-8)
      let clipped = try (trust / learningRate).clamped(atMost: 1)
      // As in the original: no gradient, no decay either; no weights yet, no adaptation.
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

  public func state() -> [(name: String, tensor: Tensor)] {
    zip(groups, momenta).flatMap { $0.named("momentum", $1) }
  }

  public func load(_ state: [String: Tensor]) throws {
    for (group, momenta) in zip(groups, momenta) { try group.load("momentum", into: momenta, from: state) }
  }
}
