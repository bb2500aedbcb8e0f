import Foundation
import Layers
import TestSupport
import Testing
import Torch

@testable import Training

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

  private func configuration(_ test: Golden.Case) -> OptimizerConfiguration {
    OptimizerConfiguration(
      test.optimizer, baseLearningRate: 1, weightDecay: test.weightDecay, momentum: test.momentum ?? 0.9,
      isNesterov: test.nesterov ?? false, trustCoefficient: test.eta)
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
    try optimizer.step(learningRate: values.rates[step])
  }

  @Test func everyStepAgrees() throws {
    #expect(Set(values.cases.map(\.optimizer)) == Set(OptimizerConfiguration.Name.allCases))
    for test in values.cases {
      let parameters = try parameters()
      let optimizer = try configuration(test).build(parameters)
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
      let optimizer = try configuration(test).build(parameters)
      for index in 0..<3 { try step(optimizer, parameters, index) }
      // Copies: a state shares memory with the optimiser.
      let state = try Dictionary(uniqueKeysWithValues: optimizer.state().map { ($0.name, try $0.tensor.clone()) })
      let copies = try parameters.map { ($0.name, try Parameter($0.parameter.tensor.detach().clone())) }
      let restored = try configuration(test).build(copies)
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

  @Test func aStateThatDoesNotFitIsRefusedByName() throws {
    let optimizer = try OptimizerConfiguration(.adamW, baseLearningRate: 1, weightDecay: 0).build(parameters())
    #expect(throws: OptimizerStateError.self) { try optimizer.load([:]) }
  }
}
