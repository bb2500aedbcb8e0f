import Foundation
import Layers
import Optimizers
import Swiftlet
import TestSupport
import Testing

@testable import Sound
@testable import Training

/// Twenty steps as PyTorch made them (scripts/reference/parity_sound.py). Dropout is off.
@Suite struct SoundParityTests {
  private struct Golden: Decodable {
    struct Run: Decodable {
      let losses: [Double]
      /// How far each parameter moved, as an L2 norm.
      let moved: [String: Double]
    }
    let steps, warmUpSteps, batch, bands, frames, width, colaWidth: Int
    let weightDecay, momentum: Double
    let learningRates: [String: Double]
    let methods: [String: Run]

    var network: BackboneConfiguration {
      BackboneConfiguration(BYOLAEncoder.Configuration(bands: bands, width: width, dropout: 0))
    }
  }

  private let golden: Golden

  init() throws { golden = try TestSupport.golden("parity.json", in: .module) }

  private func views(_ name: String, _ step: Int) throws -> [ViewBatch] {
    let shape = [golden.batch, 1, golden.bands, golden.frames]
    let common = namedNumbers("\(name) \(step)", shape.reduce(1, *))
    return try (1...2).map { view in
      let own = namedNumbers("\(name) \(step) \(view)", common.count)
      return ViewBatch(try Tensor(zip(common, own).map { Float(5 * $0 + 3 * $1) }, shape: shape))
    }
  }

  /// Trains like `Pretraining`, on the recorded batches.
  private func follow(_ name: String, _ method: some Learning.Method) throws {
    let (reference, rate) = (try #require(golden.methods[name]), try #require(golden.learningRates[name]))
    var before: [String: Tensor] = [:]
    try noGrad {
      for (name, parameter) in method.namedParameters {
        let isTeacher = name.hasPrefix("teacher.")
        let plain = isTeacher ? String(name.dropFirst(8)) : name
        let shape = parameter.tensor.shape
        let centre = plain.hasSuffix("weight") && shape.count == 1 ? 1.0 : 0
        let values = try Tensor(namedNumbers(plain, shape.reduce(1, *)).map { Float($0 + centre) }, shape: shape)
        try parameter.tensor.copy_(values)
        if !isTeacher { before[name] = values }
      }
    }
    #expect(Set(before.keys) == Set(reference.moved.keys))
    method.setTraining(true)
    let optimizer = try OptimizerConfiguration(
      .adamW, baseLearningRate: rate, weightDecay: golden.weightDecay
    ).build(method.trainedParameters)
    let schedule = Schedule(peak: rate, warmUpSteps: golden.warmUpSteps, totalSteps: golden.steps)
    var losses: [Double] = []
    for step in 0..<golden.steps {
      let position = RunPosition(step: step, totalSteps: golden.steps, stepsPerEpoch: golden.steps)
      let output = try method.forward(views(name, step), at: position)
      let loss = try method.loss(output, at: position)
      try method.clearGradients()
      try loss.backward()
      try optimizer.step(
        StepRates(
          learning: schedule.learningRate(at: step), peak: schedule.peak, weightDecay: golden.weightDecay))
      try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
      losses.append(try loss.item())
    }
    #expect(losses.count == 20)
    expectClose(losses, reference.losses, absolute: 0, relative: 1e-3)
    for (name, parameter) in method.namedParameters {
      guard let start = before[name] else { continue }
      // A bias before a normalisation moves by nothing but rounding.
      if ["features.0.bias", "features.4.bias", "projector.0.bias", "predictor.0.bias"].contains(where: name.hasSuffix)
      {
        continue
      }
      let moved = try noGrad { try (parameter.tensor - start).norm().item() }
      // Gradients of units that hardly fire are mostly rounding, which Adam makes as large as others.
      expectClose([moved], [try #require(reference.moved[name])], absolute: 1e-6, relative: 3e-2, name)
    }
  }

  @Test func byolA() throws {
    let heads = Projector.Configuration(widths: [16, 8], normalization: .hidden, hasBias: true, lastHasBias: false)
    let predictor = Projector.Configuration(widths: [16], normalization: .hidden, hasBias: true, lastHasBias: false)
    try follow(
      "byol-a",
      BYOLA(.init(projector: heads, predictor: predictor, momentum: .constant(golden.momentum)), on: golden.network))
  }

  @Test func cola() throws { try follow("cola", COLA(.init(width: golden.colaWidth), on: golden.network)) }

  /// Against explicit loops in float64: value and gradients by small differences.
  @Test func bilinearContrastAgreesWithLoops() throws {
    func loops(_ a: [[Double]], _ c: [[Double]]) -> Double {
      var sum = 0.0
      for (i, anchor) in a.enumerated() {
        let scores = c.map { zip(anchor, $0).reduce(0) { $0 + $1.0 * $1.1 } }
        let most = scores.max() ?? 0
        sum += most + log(scores.reduce(0) { $0 + exp($1 - most) }) - scores[i]
      }
      return sum / Double(a.count)
    }
    func rows(_ name: String, scale: Double) -> [[Double]] {
      (0..<5).map { namedNumbers("\(name) \($0)", 3).map { scale * $0 } }
    }
    // Also where exponentials of the similarities themselves would overflow.
    for scale in [1.0, 10, 400] {
      let (a, c) = (rows("a", scale: scale), rows("c", scale: scale))
      let anchors = try Tensor(a.flatMap(\.self), shape: [5, 3]).requireGrad()
      let others = try Tensor(c.flatMap(\.self), shape: [5, 3]).requireGrad()
      let loss = try BilinearContrast()(anchors, others)
      try loss.backward()
      expectClose([try loss.item()], [loops(a, c)], absolute: 1e-9, relative: 1e-9)
      let step = 1e-5
      for (place, isAnchor) in [(0, true), (7, true), (3, false), (14, false)] {
        func moved(_ by: Double) -> Double {
          var (x, y) = (a, c)
          if isAnchor { x[place / 3][place % 3] += by } else { y[place / 3][place % 3] += by }
          return loops(x, y)
        }
        let gradient = try #require(try (isAnchor ? anchors : others).grad()).values(as: Double.self)[place]
        expectClose([gradient], [(moved(step) - moved(-step)) / (2 * step)], absolute: 1e-5, relative: 1e-4)
      }
    }
    #expect(throws: TorchError.self) { try BilinearContrast()(Tensor.zeros([1, 3]), Tensor.zeros([1, 3])) }
  }

  /// Both views have mean 0 and deviation 1 together, whatever they were.
  @Test func byolAStandardisesItsViewsTogether() throws {
    let views = try views("byol-a", 0).map { ViewBatch(try $0.tensor * 7 + 40) }
    let made = try BYOLA.standardised(views)
    let all = try concatenate(made.map(\.tensor))
    expectClose(
      [try all.mean().item(), try all.flattened(from: 0).standardDeviation([0]).item()], [0, 1], absolute: 1e-5)
    // Silence stays finite.
    let silent = try BYOLA.standardised([
      ViewBatch(Tensor.zeros([2, 1, 8, 16])), ViewBatch(Tensor.zeros([2, 1, 8, 16])),
    ])
    #expect(try silent[0].tensor.magnitude().max().item() == 0)
  }

  @Test func theEncoderHasThePublishedSize() throws {
    let encoder = try BYOLAEncoder(BYOLAEncoder.Configuration())
    let sizes = encoder.trainedParameters.map { $0.parameter.tensor.shape.reduce(1, *) }
    #expect(sizes.reduce(0, +) == 6_333_376)
    #expect(encoder.featureCount == 3072)
    encoder.setTraining(false)
    // Of any number of frames.
    let features = try noGrad { try encoder(Tensor.zeros([2, 1, 64, 96])) }
    #expect(features.shape == [2, 3072])
    // What passes in parts outside of training is what passes alone.
    let many = try Tensor.randn([7, 1, 64, 2016])
    let (together, alone) = try noGrad { (try encoder(many), try encoder(many.rows(5..<6))) }
    try expectClose(together.rows(5..<6), alone, absolute: 1e-4)
    #expect(try noGrad { try encoder(Tensor.zeros([1, 1, 64, 208])).shape } == [1, 3072])
  }

  @Test func itsStepsAreFourFramesEach() throws {
    let encoder = try BYOLAEncoder(BYOLAEncoder.Configuration(width: 4))
    encoder.setTraining(false)
    let view = try Tensor.randn([3, 1, 64, 48])
    let (vectors, lengths) = try noGrad { try encoder.steps(of: ViewBatch(view)) }
    #expect(vectors.shape == [3, 12, encoder.featureCount] && lengths == [12, 12, 12])
    try expectClose(vectors.mean([1]) + vectors.max(1).values, noGrad { try encoder(view) }, absolute: 1e-5)
    // Of which some frames are a clip's own.
    let own = try Tensor([Float(48), 23, 1], shape: [3, 1])
    #expect(try noGrad { try encoder.steps(of: ViewBatch([view, own])).lengths } == [12, 5, 1])
  }
}
