import Layers
import Settings
import Torch

/// What the schedules say of one step.
public struct StepRates: Sendable, Equatable {
  public let learning: Double
  /// For parameters that keep the highest rate of the run.
  public let peak: Double
  public let weightDecay: Double

  public init(learning: Double, peak: Double, weightDecay: Double) {
    self.learning = learning
    self.peak = peak
    self.weightDecay = weightDecay
  }

  /// With both learning rates multiplied.
  public func scaled(by factor: Double) -> StepRates {
    StepRates(learning: learning * factor, peak: peak * factor, weightDecay: weightDecay)
  }
}

/// Changes parameters from their gradients.
public protocol Optimizer: AnyObject {
  var configuration: OptimizerConfiguration { get }
  /// One update; parameters without a gradient stay as they are, and so does what is remembered of them.
  func step(_ rates: StepRates) throws(TorchError)
  /// Everything that the next step depends on beside the parameters, by name.
  func state() throws(TorchError) -> [(name: String, tensor: Tensor)]
  /// - Throws: `OptimizerStateError` where a name is missing or of another shape; `TorchError`.
  func load(_ state: [String: Tensor]) throws
}

extension Optimizer {
  /// One update of every parameter at the same rate, and with the weight decay of the first step.
  public func step(learningRate: Double) throws(TorchError) {
    try step(StepRates(learning: learningRate, peak: learningRate, weightDecay: configuration.weightDecay))
  }
}

public struct OptimizerStateError: Error, Sendable, CustomStringConvertible {
  public let name: String
  public var description: String { "the optimiser state '\(name)' is missing or of another shape" }
}

/// Which optimiser, and its numbers.
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
  /// For a batch of 256; scaled with the batch as `batchScaling` says.
  public var baseLearningRate: Double
  public var batchScaling: BatchScaling
  public var weightDecay: Double
  /// Where the weight decay ends, along half a cosine; nil where it stays. DINO: from 0.04 to 0.4.
  public var finalWeightDecay: Double?
  /// Of SGD and the LARS variants.
  public var momentum: Double
  public var isNesterov: Bool
  /// Of the LARS variants: how far a step may reach relative to the weights.
  public var trustCoefficient: Double
  /// Of AdamW: how much of the first and second moment a step keeps.
  public var beta1: Double
  public var beta2: Double
  /// Biases and normalisation take no weight decay (and, in LARS, no adaptation). Every parameter of one dimension is
  /// one of these.
  public var excludesBiasAndNorm: Bool
  /// The learning rate of biases and normalisation, as a part of that of the weights. Barlow Twins: 0.0048 beside 0.2.
  public var biasAndNormRate: Double
  public var clipping: GradientClipping?

  /// How the learning rate follows the batch.
  public enum BatchScaling: String, Codable, Sendable, CaseIterable {
    case linear
    /// With its square root: the step of an adaptive method depends less on how noisy a gradient is.
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
    clipping: GradientClipping? = nil
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
  }

  /// The peak of the schedule.
  public func learningRate(forBatch batch: Int) -> Double { baseLearningRate * batchScaling.factor(ofBatch: batch) }

  /// Chooses the base so that a batch is trained at `rate`.
  public mutating func setLearningRate(_ rate: Double, forBatch batch: Int) {
    baseLearningRate = rate / batchScaling.factor(ofBatch: batch)
  }

  /// - Parameter progress: the part of the run that is done, 0 to 1.
  public func weightDecay(at progress: Double) -> Double {
    ScheduledValue.cosine(from: weightDecay, to: finalWeightDecay ?? weightDecay)(at: progress)
  }

  /// - Parameter atPeakRate: those of the parameters whose learning rate stays at its peak.
  public func build(
    _ parameters: [(name: String, parameter: Parameter)], atPeakRate: [Parameter] = []
  ) throws(TorchError) -> any Optimizer {
    let groups = ParameterGroup.split(
      parameters, atPeakRate: atPeakRate, excludesBiasAndNorm: excludesBiasAndNorm)
    return switch name {
    case .sgd: try SGD(groups, self)
    case .adamW: try AdamW(groups, self)
    case .lars, .larsSimCLR, .larcClip: try LARS(groups, self)
    }
  }
}

extension OptimizerConfiguration {
  /// What a recorded configuration does not name is as it was before there was a choice.
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
  }
}

extension OptimizerConfiguration: Validated {
  public func validate() throws(SettingError) {
    // A rate of 1000 for a batch of two is one of 128,000 for 256.
    try check(baseLearningRate, above: 0, through: 1_000_000, "baseLearningRate")
    try check(weightDecay, in: 0...10, "weightDecay")
    if let finalWeightDecay { try check(finalWeightDecay, in: 0...10, "finalWeightDecay") }
    try checkPart(momentum, "momentum")
    try check(trustCoefficient, above: 0, through: 1000, "trustCoefficient")
    try checkPart(beta1, "beta1")
    try checkPart(beta2, "beta2")
    try check(biasAndNormRate, in: 0...1000, "biasAndNormRate")
    if let clipping { try Settings.validate(clipping, under: "clipping") }
  }
}
