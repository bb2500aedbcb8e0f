import Layers
import Torch

/// Changes parameters from their gradients.
public protocol Optimizer: AnyObject {
  /// One update; parameters without a gradient stay as they are.
  func step(learningRate: Double) throws(TorchError)
  /// Everything that the next step depends on beside the parameters, by name.
  func state() throws(TorchError) -> [(name: String, tensor: Tensor)]
  /// - Throws: `OptimizerStateError` where a name is missing or of another shape; `TorchError`.
  func load(_ state: [String: Tensor]) throws
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
  /// For a batch of 256; scaled linearly with the batch.
  public var baseLearningRate: Double
  public var weightDecay: Double
  /// Of SGD and the LARS variants.
  public var momentum: Double
  public var isNesterov: Bool
  /// Of the LARS variants: how far a step may reach relative to the weights.
  public var trustCoefficient: Double
  /// Biases and normalisation take no weight decay (and, in LARS, no adaptation). Every parameter of one dimension is
  /// one of these.
  public var excludesBiasAndNorm: Bool

  public init(
    _ name: Name, baseLearningRate: Double, weightDecay: Double, momentum: Double = 0.9, isNesterov: Bool = false,
    trustCoefficient: Double? = nil, excludesBiasAndNorm: Bool = true
  ) {
    self.name = name
    self.baseLearningRate = baseLearningRate
    self.weightDecay = weightDecay
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.trustCoefficient = trustCoefficient ?? (name == .larcClip ? 0.02 : 0.001)
    self.excludesBiasAndNorm = excludesBiasAndNorm
  }

  public func build(_ parameters: [(name: String, parameter: Parameter)]) throws(TorchError) -> any Optimizer {
    switch name {
    case .sgd: try SGD(parameters, self)
    case .adamW: try AdamW(parameters, self)
    case .lars, .larsSimCLR, .larcClip: try LARS(parameters, self)
    }
  }
}

/// Parameters that share their treatment.
struct ParameterGroup {
  let names: [String]
  let parameters: [Parameter]
  let isExcluded: Bool

  /// Those that decay and adapt, then those that do not.
  static func split(_ parameters: [(name: String, parameter: Parameter)], excludesBiasAndNorm: Bool) -> [ParameterGroup]
  {
    [false, true].map { isExcluded in
      let chosen = parameters.filter { ($0.parameter.tensor.rank <= 1 && excludesBiasAndNorm) == isExcluded }
      return ParameterGroup(
        names: chosen.map(\.name), parameters: chosen.map(\.parameter), isExcluded: isExcluded)
    }.filter { !$0.parameters.isEmpty }
  }

  func zeros() throws(TorchError) -> [Tensor] {
    var result: [Tensor] = []
    for parameter in parameters {
      let zeros = try parameter.tensor.detach().clone()
      try zeros.zero_()
      result.append(zeros)
    }
    return result
  }

  /// Parameters and gradients, without history; a parameter that took no part in the loss has a gradient of zero.
  func tensors() throws(TorchError) -> (parameters: [Tensor], gradients: [Tensor]) {
    var values: [Tensor] = []
    var gradients: [Tensor] = []
    for parameter in parameters {
      let value = try parameter.tensor.detach()
      values.append(value)
      if let gradient = try parameter.tensor.grad() {
        gradients.append(gradient)
      } else {
        gradients.append(try value * 0)
      }
    }
    return (values, gradients)
  }

  func named(_ kind: String, _ tensors: [Tensor]) -> [(name: String, tensor: Tensor)] {
    zip(names, tensors).map { ("\($0).\(kind)", $1) }
  }

  func load(_ kind: String, into tensors: [Tensor], from state: [String: Tensor]) throws {
    for (name, tensor) in named(kind, tensors) {
      guard let saved = state[name], saved.shape == tensor.shape else { throw OptimizerStateError(name: name) }
      try tensor.copy_(saved)
    }
  }
}
