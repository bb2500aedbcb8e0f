import Layers
import Settings
import Torch

/// The learning rates and the weight decay of one step.
package struct StepRates: Sendable, Equatable {
  package let learning: Double
  /// The rate of parameters that keep the highest rate of the run.
  package let peak: Double
  package let weightDecay: Double

  package init(learning: Double, peak: Double, weightDecay: Double) {
    self.learning = learning
    self.peak = peak
    self.weightDecay = weightDecay
  }

  /// The same step with both learning rates multiplied by `factor`.
  package func scaled(by factor: Double) -> StepRates {
    StepRates(learning: learning * factor, peak: peak * factor, weightDecay: weightDecay)
  }
}

/// Updates parameters by their gradients.
package protocol Optimizer: AnyObject {
  var configuration: OptimizerConfiguration { get }
  /// Performs one update. Parameters without a gradient do not change, nor does their state.
  func step(_ rates: StepRates) throws(TorchError)
  /// Everything that the next step depends on except the parameters, by name.
  func state() throws(TorchError) -> [(name: String, tensor: Tensor)]
  /// - Throws: `OptimizerStateError` if a tensor is missing or has another shape; `TorchError`.
  func load(_ state: [String: Tensor]) throws
}

extension Optimizer {
  /// Performs one update of all parameters with one learning rate and the weight decay of the first step.
  package func step(learningRate: Double) throws(TorchError) {
    try step(StepRates(learning: learningRate, peak: learningRate, weightDecay: configuration.weightDecay))
  }
}

package struct OptimizerStateError: Error, Sendable, CustomStringConvertible {
  package let name: String
  package var description: String { "the optimiser state '\(name)' is missing or has another shape" }
}

/// An optimiser and its settings.
public struct OptimizerConfiguration: Codable, Sendable, Equatable {
  public enum Name: String, Codable, Sendable, CaseIterable {
    /// Stochastic gradient descent with momentum.
    case sgd
    case adamW = "adamw"
    /// The learning rate applied after the momentum: Barlow Twins, VICReg, BYOL.
    case lars
    /// The learning rate inside the momentum buffer: the official SimCLR.
    case larsSimCLR = "lars-simclr"
    /// The adaptive rate clipped to the learning rate: solo-learn.
    case larcClip = "larc-clip"
  }

  public var name: Name
  /// The learning rate for a batch of 256; `batchScaling` says how it scales with the batch.
  public var baseLearningRate: Double
  public var batchScaling: BatchScaling
  public var weightDecay: Double
  /// The final weight decay, reached along half a cosine; nil if it is constant. DINO: from 0.04 to 0.4.
  public var finalWeightDecay: Double?
  /// The momentum of SGD and the LARS variants.
  public var momentum: Double
  /// Whether SGD or a LARS variant looks ahead along its momentum (Nesterov 1983). AdamW cannot.
  public var isNesterov: Bool
  /// The trust coefficient of the LARS variants: the length of a step relative to the weights.
  public var trustCoefficient: Double
  /// How much of the first and second moment a step of AdamW keeps.
  public var beta1: Double
  public var beta2: Double
  /// Whether biases and normalisation have no weight decay (and, in LARS, no adaptation). All parameters with one
  /// dimension count as such.
  public var excludesBiasAndNorm: Bool
  /// The learning rate of biases and normalisation relative to that of the weights. Barlow Twins: 0.0048 to 0.2.
  public var biasAndNormRate: Double
  public var clipping: GradientClipping?
  /// The learning rate of each stage of the network as a part of that of the next, above 0, below 1 (Bao et al. 2022); that of the
  /// last stage as a part of what lies behind the network. Nil for the same rate everywhere.
  public var layerDecay: Double?

  /// How the learning rate depends on the batch size.
  public enum BatchScaling: String, Codable, Sendable, CaseIterable {
    case linear
    /// Proportional to its square root: the step of an adaptive optimiser depends less on the noise of gradients.
    case squareRoot = "square root"

    fileprivate func factor(ofBatch batch: Int) -> Double {
      self == .linear ? Double(batch) / 256 : (Double(batch) / 256).squareRoot()
    }
  }

  public init(
    _ name: Name, baseLearningRate: Double, batchScaling: BatchScaling = .linear, weightDecay: Double,
    finalWeightDecay: Double? = nil, momentum: Double = 0.9, isNesterov: Bool = false, trustCoefficient: Double? = nil,
    beta1: Double = 0.9,
    beta2: Double = 0.999, excludesBiasAndNorm: Bool = true, biasAndNormRate: Double = 1,
    clipping: GradientClipping? = nil, layerDecay: Double? = nil
  ) {
    self.name = name
    self.baseLearningRate = baseLearningRate
    self.batchScaling = batchScaling
    self.weightDecay = weightDecay
    self.finalWeightDecay = finalWeightDecay
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.trustCoefficient = trustCoefficient ?? (name == .larcClip ? 0.02 : 0.001)
    self.beta1 = beta1
    self.beta2 = beta2
    self.excludesBiasAndNorm = excludesBiasAndNorm
    self.biasAndNormRate = biasAndNormRate
    self.clipping = clipping
    self.layerDecay = layerDecay
  }

  /// The peak of the learning rate schedule.
  public func learningRate(forBatch batch: Int) -> Double { baseLearningRate * batchScaling.factor(ofBatch: batch) }

  /// Sets the base so that the learning rate of a batch is `rate`.
  public mutating func setLearningRate(_ rate: Double, forBatch batch: Int) {
    baseLearningRate = rate / batchScaling.factor(ofBatch: batch)
  }

  /// - Parameter progress: the part of the run that is done, 0 to 1.
  public func weightDecay(at progress: Double) -> Double {
    ScheduledValue.cosine(from: weightDecay, to: finalWeightDecay ?? weightDecay)(at: progress)
  }

  /// - Parameters:
  ///   - atPeakRate: the parameters whose learning rate stays at its peak.
  ///   - rateShares: what part of the learning rate some parameters have, as `layerDecay` says; 1 for the others.
  package func build(
    _ parameters: [(name: String, parameter: Parameter)], atPeakRate: [Parameter] = [],
    rateShares: [ObjectIdentifier: Double] = [:]
  ) throws(TorchError) -> any Optimizer {
    let groups = ParameterGroup.split(
      parameters, atPeakRate: atPeakRate, rateShares: rateShares, excludesBiasAndNorm: excludesBiasAndNorm)
    return switch name {
    case .sgd: try SGD(groups, self)
    case .adamW: try AdamW(groups, self)
    case .lars, .larsSimCLR, .larcClip: try LARS(groups, self)
    }
  }
}

extension OptimizerConfiguration {
  /// A setting that an older record lacks has the value that was fixed then.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Name.self, forKey: .name),
      baseLearningRate: try container.decode(Double.self, forKey: .baseLearningRate),
      weightDecay: try container.decode(Double.self, forKey: .weightDecay))
    batchScaling = try container.decodeIfPresent(BatchScaling.self, forKey: .batchScaling) ?? batchScaling
    finalWeightDecay = try container.decodeIfPresent(Double.self, forKey: .finalWeightDecay)
    momentum = try container.decodeIfPresent(Double.self, forKey: .momentum) ?? momentum
    isNesterov = try container.decodeIfPresent(Bool.self, forKey: .isNesterov) ?? isNesterov
    trustCoefficient = try container.decodeIfPresent(Double.self, forKey: .trustCoefficient) ?? trustCoefficient
    beta1 = try container.decodeIfPresent(Double.self, forKey: .beta1) ?? beta1
    beta2 = try container.decodeIfPresent(Double.self, forKey: .beta2) ?? beta2
    excludesBiasAndNorm =
      try container.decodeIfPresent(Bool.self, forKey: .excludesBiasAndNorm) ?? excludesBiasAndNorm
    biasAndNormRate = try container.decodeIfPresent(Double.self, forKey: .biasAndNormRate) ?? biasAndNormRate
    clipping = try container.decodeIfPresent(GradientClipping.self, forKey: .clipping)
    layerDecay = try container.decodeIfPresent(Double.self, forKey: .layerDecay)
  }
}

extension OptimizerConfiguration: Validated {
  public func validate() throws(SettingError) {
    // A rate of 1000 for a batch of two is one of 128,000 for 256.
    try check(baseLearningRate, above: 0, through: 1_000_000, "baseLearningRate")
    try check(weightDecay, in: 0...10, "weightDecay")
    if let finalWeightDecay { try check(finalWeightDecay, in: 0...10, "finalWeightDecay") }
    try checkPart(momentum, "momentum")
    if isNesterov, name == .adamW {
      throw SettingError("isNesterov", isNesterov, expected: "false for \(name.rawValue), whose momentum is Adam's own")
    }
    try check(trustCoefficient, above: 0, through: 1000, "trustCoefficient")
    try checkPart(beta1, "beta1")
    try checkPart(beta2, "beta2")
    try check(biasAndNormRate, in: 0...1000, "biasAndNormRate")
    if let clipping { try Settings.validate(clipping, under: "clipping") }
    if let layerDecay { try check(layerDecay, above: 0, through: 1, "layerDecay") }
  }
}
