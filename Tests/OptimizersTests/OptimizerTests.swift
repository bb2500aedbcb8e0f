import Foundation
import Layers
import Settings
import TestSupport
import Testing
import Torch

@testable import Optimizers

/// Step by step against values computed in float64 from the published definitions: `Golden/optimizers.py`.
@Suite struct OptimizerTests {
  struct Golden: Decodable {
    struct Values: Decodable {
      let name: String
      let shape: [Int]
      let excluded: Bool
      let initial: [Double]
      let gradients: [[Double]]
    }
    struct Case: Decodable {
      let optimizer: OptimizerConfiguration.Name
      let momentum: Double?
      let nesterov: Bool?
      let eta: Double?
      let weightDecay: Double
      let beta1: Double?
      let beta2: Double?
      let clip: GradientClipping?
      let finalWeightDecay: Double?
      let biasAndNormRate: Double?
      let fixed: Bool?
      let values: [String: [[Double]]]
    }
    let rates: [Double]
    let parameters: [Values]
    let cases: [Case]
  }

  private let values: Golden

  init() throws { values = try golden("optimizers.json", in: .module) }

  private func parameters() throws -> [(name: String, parameter: Parameter)] {
    try values.parameters.map { ($0.name, try Parameter(Tensor($0.initial, shape: $0.shape))) }
  }

  private func build(
    _ test: Golden.Case, _ parameters: [(name: String, parameter: Parameter)]
  ) throws -> any Optimizer {
    let configuration = OptimizerConfiguration(
      test.optimizer, baseLearningRate: 1, weightDecay: test.weightDecay, finalWeightDecay: test.finalWeightDecay,
      momentum: test.momentum ?? 0.9, isNesterov: test.nesterov ?? false, trustCoefficient: test.eta,
      beta1: test.beta1 ?? 0.9, beta2: test.beta2 ?? 0.999, biasAndNormRate: test.biasAndNormRate ?? 1,
      clipping: test.clip)
    let fixed = test.fixed == true ? parameters.filter { $0.name == "predictor" }.map(\.parameter) : []
    return try configuration.build(parameters, atPeakRate: fixed)
  }

  private func step(_ optimizer: any Optimizer, _ parameters: [(name: String, parameter: Parameter)], _ step: Int)
    throws
  {
    for (entry, reference) in zip(parameters, values.parameters) {
      // The gradient of Σ g·p is g.
      let gradient = try Tensor(reference.gradients[step], shape: reference.shape)
      try entry.parameter.tensor.clearGrad()
      try (entry.parameter.tensor * gradient).sum().backward()
    }
    try optimizer.step(
      StepRates(
        learning: values.rates[step], peak: values.rates.max() ?? 0,
        weightDecay: optimizer.configuration.weightDecay(at: Double(step) / Double(values.rates.count))))
  }

  @Test func everyStepAgrees() throws {
    #expect(Set(values.cases.map(\.optimizer)) == Set(OptimizerConfiguration.Name.allCases))
    for test in values.cases {
      let parameters = try parameters()
      let optimizer = try build(test, parameters)
      for index in values.rates.indices {
        try step(optimizer, parameters, index)
        for (name, parameter) in parameters {
          expectClose(
            try parameter.tensor.values(), try #require(test.values[name])[index], absolute: 1e-6, relative: 1e-5,
            "\(test.optimizer) \(name) after step \(index)")
        }
      }
    }
  }

  @Test func aRestoredOptimizerGoesOnAsIfNothingHadHappened() throws {
    for test in values.cases {
      let parameters = try parameters()
      let optimizer = try build(test, parameters)
      for index in 0..<3 { try step(optimizer, parameters, index) }
      // Copies: a state shares memory with the optimiser.
      let state = try Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, try $0.tensor.clone()) })
      let copies = try parameters.map { ($0.name, try Parameter($0.parameter.tensor.detach().clone())) }
      let restored = try build(test, copies)
      try restored.load(state)
      for index in 3..<values.rates.count {
        try step(optimizer, parameters, index)
        try step(restored, copies, index)
      }
      for (original, copy) in zip(parameters, copies) {
        try expectClose(copy.1.tensor, original.parameter.tensor, absolute: 0, "\(test.optimizer) \(original.name)")
      }
    }
  }

  /// A part of the rate is that rate: groups with different parts step as if each had an optimiser of its own.
  @Test(arguments: OptimizerConfiguration.Name.allCases)
  func aPartOfTheRateIsASmallerRate(_ name: OptimizerConfiguration.Name) throws {
    let configuration = OptimizerConfiguration(name, baseLearningRate: 1, weightDecay: 0.1)
    let (together, slow, fast) = (try parameters(), try parameters(), try parameters())
    let first = try #require(together.first)
    let optimizer = try configuration.build(together, rateShares: [ObjectIdentifier(first.parameter): 0.25])
    let (quarter, whole) = (try configuration.build(slow), try configuration.build(fast))
    for (step, rate) in [0.1, 0.04].enumerated() {
      for all in [together, slow, fast] {
        for (entry, reference) in zip(all, values.parameters) {
          let gradient = try Tensor(reference.gradients[step], shape: reference.shape)
          try entry.parameter.tensor.clearGrad()
          try (entry.parameter.tensor * gradient).sum().backward()
        }
      }
      try optimizer.step(learningRate: rate)
      try quarter.step(learningRate: rate / 4)
      try whole.step(learningRate: rate)
    }
    for (place, entry) in together.enumerated() {
      let expected = (place == 0 ? slow : fast)[place].parameter.tensor
      try expectClose(entry.parameter.tensor, expected, absolute: 1e-7, "\(entry.name)")
    }
    #expect(throws: SettingError.self) {
      var wrong = configuration
      wrong.layerDecay = 0
      try wrong.validate()
    }
  }

  @Test func aStateThatDoesNotFitIsRefusedByName() throws {
    let optimizer = try OptimizerConfiguration(.adamW, baseLearningRate: 1, weightDecay: 0).build(parameters())
    #expect(throws: OptimizerStateError.self) { try optimizer.load([:]) }
  }

  /// A last layer that is frozen for an epoch (DINO) must not decay, and its moments must not age.
  @Test func aParameterWithoutGradientStaysAsItIs() throws {
    for name in OptimizerConfiguration.Name.allCases {
      let (trained, frozen) = (try Parameter(.ones([3, 2])), try Parameter(.ones([3, 2])))
      let optimizer = try OptimizerConfiguration(name, baseLearningRate: 1, weightDecay: 0.5).build(
        [("trained", trained), ("frozen", frozen)])
      try (trained.tensor * 2).sum().backward()
      let before = try Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, try $0.tensor.clone()) })
      try optimizer.step(learningRate: 0.1)
      #expect(try frozen.tensor.values() == [Double](repeating: 1, count: 6))
      #expect(try (trained.tensor.values() as [Double]).allSatisfy { $0 < 1 })
      for (name, tensor) in try optimizer.state() where name.hasPrefix("frozen.") {
        try expectClose(tensor, #require(before[name]), absolute: 0, name)
      }
    }
  }

  /// Runs that were recorded before a setting existed.
  @Test func aRecordWithoutTheNewerNumbersMeansWhatItMeant() throws {
    let record = #"{"name": "larc-clip", "baseLearningRate": 0.4, "weightDecay": 1e-4}"#
    let read = try JSONDecoder().decode(OptimizerConfiguration.self, from: Data(record.utf8))
    #expect(read == OptimizerConfiguration(.larcClip, baseLearningRate: 0.4, weightDecay: 1e-4))
    let full = OptimizerConfiguration(
      .adamW, baseLearningRate: 5e-4, weightDecay: 0.04, finalWeightDecay: 0.4, momentum: 0.8, isNesterov: true,
      trustCoefficient: 0.3, beta1: 0.7, beta2: 0.95, excludesBiasAndNorm: false, biasAndNormRate: 0.024,
      clipping: GradientClipping(.eachParameter, norm: 3))
    #expect(try JSONDecoder().decode(OptimizerConfiguration.self, from: JSONEncoder().encode(full)) == full)
  }
}
