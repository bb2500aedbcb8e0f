import Backbones
import Foundation
import Layers
import Learning
import Optimizers
import TestSupport
import Testing
import Torch

@testable import Methods
@testable import Training

/// Twenty steps from recorded weights, views and masks, for `scripts/reference/parity-transformers` to compare with
/// PyTorch's.
@Suite struct TransformerParityTests {
  static let folder = ProcessInfo.processInfo.environment["SWIFTLET_PARITY_TRANSFORMERS"]

  private struct Reference: Decodable {
    let steps: Int
    let stepsPerEpoch: Int
    let warmUpSteps: Int
    let learningRate: Double
    let weightDecay: Double
    let losses: [Double]
    // Only some methods have these:
    let finalWeightDecay: Double?
    let clip: Double?
    let momentum: Double?
    let teacherTemperature: DINO.TeacherTemperature?
    let width: Int?
    let prototypes: Int?
    let queueLength: Int?
    let queueStartEpoch: Double?
    let maskRatio: Double?
    let decoderWidth: Int?
  }

  private let transformer = ViT.Configuration(.tiny, patchSize: 4, imageSize: 16, depth: 2)

  /// Trains like `Pretraining`, on the recorded batches.
  private func follow<Learner: Learning.Method>(
    _ name: String, beta2: Double = 0.999, build: (Reference) throws -> Learner,
    forward: (Learner, [String: Tensor], RunPosition) throws -> MethodOutput
  ) throws {
    let stem = try #require(Self.folder) + "/" + name
    let given = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(fileURLWithPath: stem + ".json")))
    let inputs = try Safetensors.read(stem + ".inputs.safetensors")
    let method = try build(given)
    try method.load(Safetensors.read(stem + ".initial.safetensors"))
    try method.move(to: .cpu)
    let configuration = OptimizerConfiguration(
      .adamW, baseLearningRate: given.learningRate, weightDecay: given.weightDecay,
      finalWeightDecay: given.finalWeightDecay, beta2: beta2,
      clipping: given.clip.map { GradientClipping(.eachParameter, norm: $0) })
    let optimizer = try configuration.build(method.trainedParameters)
    let schedule = Schedule(peak: given.learningRate, warmUpSteps: given.warmUpSteps, totalSteps: given.steps)
    var losses: [Double] = []
    for step in 0..<given.steps {
      let position = RunPosition(step: step, totalSteps: given.steps, stepsPerEpoch: given.stepsPerEpoch)
      let recorded = inputs.filter { $0.key.hasPrefix("step\(step).") }
      let output = try forward(
        method, Dictionary(uniqueKeysWithValues: recorded.map { (String($0.key.split(separator: ".")[1]), $0.value) }),
        position)
      let loss = try method.loss(output, at: position)
      try method.clearGradients()
      try loss.backward()
      try method.beforeStep(at: position)
      try optimizer.step(
        StepRates(
          learning: schedule.learningRate(at: step), peak: given.learningRate,
          weightDecay: configuration.weightDecay(at: position.progress)))
      try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
      losses.append(try loss.item())
    }
    expectClose(losses, given.losses, absolute: 0, relative: 1e-3)
    let written = try #require(Self.folder) + "/swiftlet-\(name).json"
    try JSONEncoder().encode(["losses": losses]).write(to: URL(fileURLWithPath: written))
  }

  private func views(_ recorded: [String: Tensor]) throws -> [Tensor] {
    let count = recorded.keys.filter { $0.hasPrefix("view") }.count
    return try (0..<count).map { try #require(recorded["view\($0)"]).to(format: .channelsLast) }
  }

  @Test(.enabled(if: folder != nil)) func swav() throws {
    try follow("swav") { given in
      let projector = Projector.Configuration(widths: [32, 16], normalization: .hidden, hasBias: true)
      return try SwAV(
        .init(
          projector: projector, prototypes: #require(given.prototypes), queueLength: #require(given.queueLength),
          queueStartEpoch: #require(given.queueStartEpoch)),
        backbone: ResNet(.init(.resNet18, stem: .cifar, width: #require(given.width))))
    } forward: { method, recorded, position in
      try method.forward(views(recorded), at: position)
    }
  }

  @Test(.enabled(if: folder != nil)) func dino() throws {
    try follow("dino") { given in
      try DINO(
        .init(
          teacherTemperature: #require(given.teacherTemperature),
          momentum: .cosine(from: #require(given.momentum), to: 1),
          head: .init(hidden: [32, 32], bottleneck: 16, prototypes: #require(given.prototypes))),
        on: BackboneConfiguration(transformer))
    } forward: { method, recorded, position in
      try method.forward(views(recorded), at: position)
    }
  }

  @Test(.enabled(if: folder != nil)) func mae() throws {
    var encoder = transformer
    encoder.form = .init(.fixed, .classToken)
    try follow("mae", beta2: 0.95) { given in
      try MAE(
        .init(
          maskRatio: #require(given.maskRatio), decoderWidth: #require(given.decoderWidth), decoderDepth: 2,
          decoderHeads: 4), on: encoder)
    } forward: { method, recorded, _ in
      try method.forward(views(recorded)[0], order: #require(recorded["order"]), rows: 4, columns: 4)
    }
  }
}
