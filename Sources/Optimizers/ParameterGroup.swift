import Layers
import Torch

/// Parameters that are treated alike.
struct ParameterGroup {
  let names: [String]
  let parameters: [Parameter]
  /// No weight decay, and no adaptation.
  let isExcluded: Bool
  /// Whether the parameters have one dimension: biases and normalisation.
  let isBiasOrNorm: Bool
  /// Whether the learning rate stays at its peak.
  let keepsPeakRate: Bool
  /// What part of the learning rate they have.
  let rateShare: Double

  /// Groups with weight decay and adaptation, then those without; groups that keep the peak rate come last.
  ///
  /// - Parameters:
  ///   - atPeakRate: a part of `parameters`.
  ///   - rateShares: what part of the learning rate some of the parameters have; 1 for the others.
  static func split(
    _ parameters: [(name: String, parameter: Parameter)], atPeakRate: [Parameter],
    rateShares: [ObjectIdentifier: Double] = [:], excludesBiasAndNorm: Bool
  ) -> [ParameterGroup] {
    let fixed = Set(atPeakRate.map(ObjectIdentifier.init))
    func share(_ parameter: Parameter) -> Double { rateShares[ObjectIdentifier(parameter)] ?? 1 }
    let shares = Set(parameters.map { share($0.parameter) }).sorted(by: >)
    return [(false, false), (true, false), (false, true), (true, true)].flatMap { isBiasOrNorm, keepsPeakRate in
      shares.map { rateShare in
        let chosen = parameters.filter { _, parameter in
          (parameter.tensor.rank <= 1) == isBiasOrNorm && fixed.contains(ObjectIdentifier(parameter)) == keepsPeakRate
            && share(parameter) == rateShare
        }
        return ParameterGroup(
          names: chosen.map(\.name), parameters: chosen.map(\.parameter),
          isExcluded: isBiasOrNorm && excludesBiasAndNorm, isBiasOrNorm: isBiasOrNorm, keepsPeakRate: keepsPeakRate,
          rateShare: rateShare)
      }
    }.filter { !$0.parameters.isEmpty }
  }

  func learningRate(_ rates: StepRates, _ configuration: OptimizerConfiguration) -> Double {
    (keepsPeakRate ? rates.peak : rates.learning) * rateShare * (isBiasOrNorm ? configuration.biasAndNormRate : 1)
  }

  func weightDecay(_ rates: StepRates) -> Double { isExcluded ? 0 : rates.weightDecay }

  func zeros() throws(TorchError) -> [Tensor] {
    var result: [Tensor] = []
    for parameter in parameters {
      let zeros = try parameter.tensor.detach().clone()
      try zeros.zero_()
      result.append(zeros)
    }
    return result
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

/// The part of a group that a step updates: the parameters that have a gradient.
struct GroupUpdate {
  let group: ParameterGroup
  /// The indices of the parameters in the group.
  let places: [Int]
  /// Without history.
  let parameters: [Tensor]
  let gradients: [Tensor]

  init(_ group: ParameterGroup) throws(TorchError) {
    var places: [Int] = []
    var parameters: [Tensor] = []
    var gradients: [Tensor] = []
    for (place, parameter) in group.parameters.enumerated() {
      guard let gradient = try parameter.tensor.grad() else { continue }
      places.append(place)
      parameters.append(try parameter.tensor.detach())
      gradients.append(gradient)
    }
    self.group = group
    self.places = places
    self.parameters = parameters
    self.gradients = gradients
  }

  /// The updates of all groups, with clipped gradients. An empty group keeps its place.
  static func all(_ groups: [ParameterGroup], clipping: GradientClipping?) throws(TorchError) -> [GroupUpdate] {
    var updates: [GroupUpdate] = []
    for group in groups { updates.append(try GroupUpdate(group)) }
    try clipping?.apply(to: updates.flatMap(\.gradients))
    return updates
  }

  /// The part of a group's state, which has one tensor for each parameter, that this step updates.
  func part(of state: [Tensor]) -> [Tensor] { state.isEmpty ? [] : places.map { state[$0] } }
}
