import Foundation
import Layers
import Optimizers
import Swiftlet
import TestSupport
import Testing

@testable import Text
@testable import Training

/// Twenty steps on recorded batches, as PyTorch and Hugging Face's networks made them (scripts/reference/parity_text.py).
/// Dropout is off; what masked tokens draw is recorded.
@Suite struct TextParityTests {
  private struct Golden: Decodable {
    struct Batch: Decodable {
      let ids: [[Int64]]
      /// What is left of the same texts, for TSDAE.
      let corrupted: [[Int64]]?
      /// What masked tokens draw.
      let order: [[Float]]?
      let fates: [[Float]]?
      let others: [[Float]]?
    }
    struct Run: Decodable {
      let batches: [Batch]
      let losses: [Double]
      /// How far each parameter moved, as an L2 norm.
      let moved: [String: Double]
    }
    let steps: Int
    let warmUpSteps: Int
    let learningRate: Double
    let weightDecay: Double
    let temperature: Double
    let maskShare: Double
    let longest: Int
    let entries: Int
    let width: Int
    let layers: Int
    let heads: Int
    let hiddenWidth: Int
    let mask: Int
    let first: Int
    let last: Int
    let methods: [String: Run]

    func network(_ pooling: TextPooling) -> BERT.Configuration {
      BERT.Configuration(
        entries: entries, width: width, layers: layers, heads: heads, hiddenWidth: hiddenWidth, positions: longest,
        pooling: pooling, dropout: 0)
    }
  }

  private let golden: Golden

  init() throws { golden = try TestSupport.golden("parity.json", in: .module) }

  private func weights(_ name: String, _ count: Int) -> [Float] {
    namedNumbers(name, count).map { Float($0) + (name.hasSuffix("LayerNorm.weight") ? 1 : 0) }
  }

  private func batch(_ rows: [[Int64]]) throws -> ViewBatch {
    let longest = rows.map(\.count).max() ?? 0
    let filled = rows.flatMap { $0 + [Int64](repeating: 0, count: longest - $0.count) }
    return ViewBatch([try Tensor(filled).reshaped([rows.count, longest])], areVarying: [true])
  }

  /// Trains like `Pretraining`, on the recorded batches.
  private func follow<Learner: Learning.Method>(
    _ name: String, _ method: Learner, forward: (Learner, Golden.Batch, RunPosition) throws -> MethodOutput
  ) throws {
    let reference = try #require(golden.methods[name])
    let named = method.namedParameters
    #expect(Set(named.map(\.name)) == Set(reference.moved.keys))
    var before: [String: Tensor] = [:]
    try noGrad {
      for (name, parameter) in named {
        let shape = parameter.tensor.shape
        let values = try Tensor(weights(name, shape.reduce(1, *))).reshaped(shape)
        try parameter.tensor.copy_(values)
        before[name] = values
      }
    }
    method.setTraining(true)
    let optimizer = try OptimizerConfiguration(
      .adamW, baseLearningRate: golden.learningRate, weightDecay: golden.weightDecay
    ).build(method.trainedParameters)
    let schedule = Schedule(
      peak: golden.learningRate, warmUpSteps: golden.warmUpSteps, totalSteps: golden.steps)
    var losses: [Double] = []
    for (step, recorded) in reference.batches.enumerated() {
      let position = RunPosition(step: step, totalSteps: golden.steps, stepsPerEpoch: golden.steps)
      let output = try forward(method, recorded, position)
      let loss = try method.loss(output, at: position)
      try method.clearGradients()
      try loss.backward()
      try optimizer.step(
        StepRates(
          learning: schedule.learningRate(at: step), peak: schedule.peak, weightDecay: golden.weightDecay))
      losses.append(try loss.item())
    }
    #expect(losses.count == 20)
    expectClose(losses, reference.losses, absolute: 0, relative: 1e-3)
    // What is the same for all keys changes no attention: the gradient of their bias is nothing but rounding.
    for (name, parameter) in named where !name.hasSuffix("key.bias") {
      let start = try #require(before[name])
      let moved = try noGrad { try (parameter.tensor - start).norm().item() }
      expectClose([moved], [try #require(reference.moved[name])], absolute: 1e-6, relative: 1e-2, name)
    }
  }

  @Test func maskedTokens() throws {
    let method = try MaskedTokens(
      .init(maskShare: golden.maskShare, mask: golden.mask, first: golden.first, last: golden.last),
      on: golden.network(.mean))
    try follow("masked-tokens", method) { method, recorded, _ in
      func draws(_ rows: [[Float]]?) throws -> Tensor {
        let rows = try #require(rows)
        return try Tensor(rows.flatMap(\.self)).reshaped([rows.count, rows[0].count])
      }
      return try method.forward(
        batch(recorded.ids).tensor, order: draws(recorded.order), fates: draws(recorded.fates),
        others: draws(recorded.others))
    }
  }

  @Test func simCSE() throws {
    let method = try SimCSE(.init(temperature: golden.temperature, hasHead: true), on: golden.network(.first))
    try follow("simcse", method) { method, recorded, position in
      try method.forward([batch(recorded.ids)], at: position)
    }
  }

  @Test func tsdae() throws {
    let method = try TSDAE(.init(), on: golden.network(.first))
    try follow("tsdae", method) { method, recorded, position in
      try method.forward([batch(recorded.ids), batch(#require(recorded.corrupted))], at: position)
    }
  }
}
