import Backbones
import Foundation
import Layers
import Learning
import Samples
import TestSupport
import Testing
import Torch

@testable import Methods

/// What SwAV, DINO, MAE and I-JEPA do between batches, on networks of a few channels.
@Suite struct PredictiveMethodTests {
  private let resNet = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 4))
  private func transformer(_ form: ViT.Configuration.Form = .usual, dropPath: Double = 0) -> ViT.Configuration {
    .init(.tiny, patchSize: 4, imageSize: 16, depth: 1, form: form, dropPath: dropPath)
  }

  private func position(_ step: Int, of total: Int = 20, perEpoch: Int = 4) -> RunPosition {
    RunPosition(step: step, totalSteps: total, stepsPerEpoch: perEpoch)
  }

  private func crops(_ batch: Int = 4) throws -> [Tensor] {
    try [16, 16, 8, 8, 8].map { try Tensor.randn([batch, 3, $0, $0]) }
  }

  private func trainedStep(_ method: any Learning.Method, _ views: [Tensor], at position: RunPosition) throws {
    let output = try method.forward(views, at: position)
    try method.clearGradients()
    try method.loss(output, at: position).backward()
    try method.beforeStep(at: position)
    try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
  }

  private func swav(queue: Int = 0) throws -> SwAV {
    try SwAV(
      .init(
        projector: .init(widths: [16, 8], normalization: .hidden, hasBias: true), prototypes: 6, frozenEpochs: 1,
        queueLength: queue, queueStartEpoch: 1), backbone: resNet.build())
  }

  private func dino(_ backbone: BackboneConfiguration? = nil) throws -> DINO {
    try DINO(
      .init(
        teacherTemperature: .init(start: 0.04, end: 0.07, warmUpEpochs: 3), momentum: .cosine(from: 0.9, to: 1),
        head: .init(hidden: [16], bottleneck: 8, prototypes: 12)), on: backbone ?? resNet)
  }

  private func values(_ method: any Learning.Method, _ name: String) throws -> [Double] {
    try #require(method.state().first { $0.name == name }, "\(name)").tensor.values()
  }

  // MARK: SwAV

  @Test func prototypesHaveLengthOneAndRestInTheFirstEpoch() throws {
    try Runtime.seed(1)
    let method = try swav()
    func lengths() throws -> [Double] {
      let rows: [Double] = try values(method, "prototypes.weight")
      return stride(from: 0, to: rows.count, by: 8).map { start in
        rows[start..<start + 8].reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
    }
    expectClose(try lengths(), Array(repeating: 1, count: 6), absolute: 1e-6)
    let weight = try #require(method.trainedParameters.first { $0.name == "prototypes.weight" }).parameter.tensor
    for (step, isFrozen) in [(0, true), (3, true), (4, false), (19, false)] {
      try trainedStep(method, crops(), at: position(step))
      #expect((try weight.grad() == nil) == isFrozen, "step \(step)")
      try noGrad { try weight.multiply_(1.5) }
    }
    try trainedStep(method, crops(), at: position(5))
    expectClose(try lengths(), Array(repeating: 1, count: 6), absolute: 1e-6)
  }

  @Test func theQueueFillsFromItsEpochOnNewestFirst() throws {
    try Runtime.seed(2)
    let method = try swav(queue: 6)
    let (name, counter) = ("queue.embeddings", "queue.filled")
    try trainedStep(method, crops(), at: position(3))
    #expect(try values(method, counter) == [0])
    var newest: [[Double]] = []
    for step in 4..<6 {
      let views = try crops()
      let output = try method.forward(views, at: position(step))
      newest.insert(try output.embeddings[0].values(), at: 0)
      // The queue is full only from the second of these batches on; before, codes depend on the batch alone.
      let alone = try sinkhornOfBatch(output)
      expectClose(try output.targets[0].values(), alone, absolute: 1e-6)
      try noGrad { () throws(TorchError) in try method.afterStep(output, at: position(step)) }
    }
    #expect(try values(method, counter) == [8])
    let kept = Array(try values(method, name)[0..<6 * 8])
    expectClose(kept, newest[0] + newest[1][0..<2 * 8], absolute: 1e-6)
    let output = try method.forward(crops(), at: position(6))
    let alone = try sinkhornOfBatch(output)
    #expect(try zip(output.targets[0].values(as: Double.self), alone).contains { abs($0 - $1) > 1e-4 })
    expectClose(try output.targets[0].sum([1]).values(), [1, 1, 1, 1], absolute: 1e-5)
  }

  private func sinkhornOfBatch(_ output: MethodOutput) throws -> [Double] {
    var q = try output.predictions[0].values(as: Double.self).map { exp($0 / 0.05) }
    for _ in 0..<3 {
      for k in 0..<6 {
        let total = (0..<4).reduce(0) { $0 + q[$1 * 6 + k] }
        for n in 0..<4 { q[n * 6 + k] /= total }
      }
      for n in 0..<4 {
        let total = q[n * 6..<n * 6 + 6].reduce(0, +)
        for k in 0..<6 { q[n * 6 + k] /= total }
      }
    }
    return q
  }

  // MARK: DINO

  @Test func theTeachersTemperatureRisesByEpochs() {
    let temperature = DINO.TeacherTemperature(start: 0.04, end: 0.07, warmUpEpochs: 4)
    let expected = [0.04, 0.05, 0.06, 0.07, 0.07, 0.07]
    for (epoch, value) in expected.enumerated() {
      for step in [epoch * 4, epoch * 4 + 3] {
        expectClose([temperature(at: position(step, of: 24))], [value], absolute: 1e-12)
      }
    }
    #expect(DINO.TeacherTemperature()(at: position(0)) == 0.04)
  }

  @Test func theCentreFollowsTheTeachersMeanAndTheTeacherItsStudent() throws {
    try Runtime.seed(3)
    let method = try dino(BackboneConfiguration(transformer(dropPath: 0.5)))
    var centre = [Double](repeating: 0, count: 12)
    for step in 0..<6 {
      let name = "backbone.norm.weight"
      let (teacher, student) = (try values(method, "teacher." + name), try values(method, "student." + name))
      let output = try method.forward(crops(), at: position(step))
      let scores = try output.targets.map { try $0.values(as: Double.self) }
      for k in centre.indices {
        let mean = scores.reduce(0) { sum, view in sum + (0..<4).reduce(0) { $0 + view[$1 * 12 + k] } } / 8
        centre[k] = 0.9 * centre[k] + 0.1 * mean
      }
      try noGrad { () throws(TorchError) in try method.afterStep(output, at: position(step)) }
      expectClose(try values(method, "center"), centre, absolute: 1e-6)
      let momentum = 1 - 0.1 * (1 + cos(.pi * Double(step) / 20)) / 2
      expectClose(
        try values(method, "teacher." + name), zip(teacher, student).map { momentum * $0 + (1 - momentum) * $1 },
        absolute: 1e-6)
      for (name, parameter) in method.trainedParameters where name.hasSuffix("norm.weight") {
        try noGrad { try parameter.tensor.normal_(mean: 1, deviation: 0.1) }
      }
    }
  }

  @Test func theLastLayerRestsInTheFirstEpochAndTheTeacherIsNotTrained() throws {
    try Runtime.seed(4)
    let method = try dino()
    #expect(!method.trainedParameters.contains { $0.name.hasPrefix("teacher.") })
    let last = try #require(method.trainedParameters.first { $0.name == "student.head.last_layer.weight_v" })
    for (step, isFrozen) in [(0, true), (3, true), (4, false)] {
      try trainedStep(method, crops(), at: position(step))
      #expect((try last.parameter.tensor.grad() == nil) == isFrozen, "step \(step)")
      for (name, parameter) in method.namedParameters where name.hasPrefix("teacher.") {
        #expect(try parameter.tensor.grad() == nil, "\(name)")
      }
    }
    // The teacher is used after training.
    let images = try Tensor.randn([2, 3, 16, 16])
    method.setTraining(false)
    let before: [Float] = try noGrad { try method.backbone(images) }.values()
    for (_, parameter) in method.trainedParameters { try noGrad { try parameter.tensor.zero_() } }
    #expect(try noGrad { try method.backbone(images) }.values(as: Float.self) == before)
  }

  // MARK: MAE

  @Test func patchesAreCutAsTheOfficialCodeDoes() throws {
    let (channels, side, patch) = (2, 4, 2)
    let image = try Tensor((0..<channels * side * side).map(Float.init), shape: [1, channels, side, side])
    let patches: [Float] = try image.cut(into: patch).values()
    var expected: [Float] = []
    for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
      for y in 0..<patch {
        for x in 0..<patch {
          for channel in 0..<channels {
            expected.append(Float(channel * side * side + (row * patch + y) * side + column * patch + x))
          }
        }
      }
    }
    #expect(patches == expected)
  }

  @Test func onlyHiddenPatchesAreRestoredFromOnlySeenOnes() throws {
    try Runtime.seed(5)
    let method = try MAE(
      .init(decoderWidth: 16, decoderDepth: 1, decoderHeads: 2), on: transformer(.init(.fixed, .classToken)))
    let image = try Tensor.randn([2, 3, 16, 16])
    let order = try Tensor((0..<2).flatMap { _ in (0..<16).map { Int64(15 - $0) } }, shape: [2, 16])
    func output(_ image: Tensor) throws -> MethodOutput {
      try noGrad { try method.forward(image, order: order, rows: 4, columns: 4) }
    }
    let first = try output(image)
    #expect(first.predictions[0].shape == [2, 12, 48] && first.targets[0].shape == [2, 12, 48])
    // The patches 15 to 12, the last row, are kept; the first hidden patch is 11.
    try expectClose(first.targets[0].narrowed(1, 0..<1), image.cut(into: 4).narrowed(1, 11..<12), absolute: 0)
    // Hidden patches do not change predictions, visible ones do.
    let hidden = try output(concatenate([image.narrowed(2, 0..<12) * 2, image.narrowed(2, 12..<16)], dimension: 2))
    try expectClose(hidden.predictions[0], first.predictions[0], absolute: 0)
    let seen = try output(concatenate([image.narrowed(2, 0..<12), image.narrowed(2, 12..<16) * 2], dimension: 2))
    #expect(try (seen.predictions[0] - first.predictions[0]).magnitude().max().item() > 1e-6)
    // Predictions and targets have the order of the hidden patches.
    let swapped = try Tensor(
      (0..<2).flatMap { _ in [15, 14, 13, 12, 3, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1, 0].map { Int64($0) } }, shape: [2, 16])
    let again = try noGrad { try method.forward(image, order: swapped, rows: 4, columns: 4) }
    try expectClose(
      again.predictions[0].narrowed(1, 0..<1), first.predictions[0].narrowed(1, 8..<9), absolute: 1e-5)
  }

  @Test func masksFollowTheSeed() throws {
    try Runtime.seed(6)
    let method = try MAE(
      .init(decoderWidth: 16, decoderDepth: 1, decoderHeads: 2), on: transformer(.init(.fixed, .classToken)))
    let image = try Tensor.randn([8, 3, 16, 16])
    func targets(_ seed: UInt64) throws -> [Float] {
      try Runtime.seed(seed)
      return try noGrad { try method.forward([image], at: position(0)) }.targets[0].values()
    }
    #expect(try targets(1) == targets(1))
    #expect(try targets(1) != targets(2))
  }

  // MARK: I-JEPA

  @Test(arguments: [(2, 2), (3, 3), (4, 4), (8, 8), (14, 14), (6, 9)])
  func blocksAreRectanglesThatTheContextDoesNotTouch(rows: Int, columns: Int) {
    for seed in 0..<20 as Range<UInt64> {
      var generator = ViewGenerator(seed: seed, epoch: 0, sample: 0, view: 0)
      let masks = BlockMasks(rows: rows, columns: columns, samples: 5, generator: &generator)
      #expect(masks.targets.count == 4 && masks.targets.allSatisfy { $0.count == 5 } && masks.contexts.count == 5)
      #expect(Set(masks.targets.joined().map(\.count)).count == 1 && Set(masks.contexts.map(\.count)).count == 1)
      #expect(masks.contexts.allSatisfy { !$0.isEmpty && $0 == $0.sorted() })
      if rows * columns >= 64 {
        #expect(masks.contexts[0].count >= min(10, rows * columns / 8))
        let share = Double(masks.targets[0][0].count) / Double(rows * columns)
        #expect(share > 0.08 && share < 0.3, "\(share)")
      }
      for sample in 0..<5 {
        let context = Set(masks.contexts[sample])
        #expect(context.count == masks.contexts[sample].count)
        for block in masks.targets {
          let patches = Set(block[sample])
          #expect(patches.isDisjoint(with: context))
          #expect(patches.allSatisfy { (0..<rows * columns).contains($0) })
          let (heights, widths) = (Set(patches.map { $0 / columns }), Set(patches.map { $0 % columns }))
          #expect(heights.count * widths.count == patches.count, "a rectangle")
        }
      }
    }
  }

  @Test func thePredictorSeesTheContextAlone() throws {
    try Runtime.seed(7)
    let method = try IJEPA(
      .init(predictorWidth: 48, predictorDepth: 1, momentum: .linear(from: 0.9, to: 1)),
      on: transformer(.init(.fixed, .patches)))
    let image = try Tensor.randn([2, 3, 16, 16])
    var generator = ViewGenerator(seed: 3, epoch: 0, sample: 0, view: 0)
    let masks = BlockMasks(rows: 4, columns: 4, samples: 2, generator: &generator)
    func output(_ image: Tensor) throws -> MethodOutput {
      try noGrad { try method.forward(image, masks, rows: 4, columns: 4) }
    }
    let first = try output(image)
    let count = masks.targets[0][0].count
    #expect(first.predictions[0].shape == [8, count, 192] && first.targets[0].shape == [8, count, 192])
    // Redraws a patch in a target of the first sample.
    let patch = masks.targets[1][0][0]
    let change = try Tensor.zeros([2, 3, 16, 16])
    try change.selected(0, 0).narrowed(1, patch / 4 * 4..<patch / 4 * 4 + 4)
      .narrowed(2, patch % 4 * 4..<patch % 4 * 4 + 4).fill_(3)
    let other = try output(image + change)
    try expectClose(other.predictions[0], first.predictions[0], absolute: 0)
    #expect(try (other.targets[0].selected(0, 2) - first.targets[0].selected(0, 2)).magnitude().max().item() > 1e-3)
    // The teacher follows linearly.
    for step in 0..<3 {
      let name = "patch_embed.proj.bias"
      let (teacher, student) = (try values(method, "teacher." + name), try values(method, "student." + name))
      try noGrad { () throws(TorchError) in try method.afterStep(first, at: position(step)) }
      let momentum = 0.9 + 0.1 * Double(step) / 20
      expectClose(
        try values(method, "teacher." + name), zip(teacher, student).map { momentum * $0 + (1 - momentum) * $1 },
        absolute: 1e-6)
      for (parameterName, parameter) in method.trainedParameters where parameterName == "student." + name {
        try noGrad { try parameter.tensor.normal_(deviation: 0.1) }
      }
    }
  }

  /// Every trained parameter learns something, and no gradient reaches a teacher.
  @Test func gradientsReachAllThatIsTrained() throws {
    try Runtime.seed(8)
    let masked = transformer(.init(.fixed, .classToken))
    let methods: [(any Learning.Method, [Tensor])] = [
      (try swav(), try crops()), (try dino(), try crops()),
      (try dino(BackboneConfiguration(transformer())), try crops()),
      (try MAE(.init(decoderWidth: 16, decoderDepth: 1, decoderHeads: 2), on: masked), [try .randn([4, 3, 16, 16])]),
      (
        try IJEPA(.init(predictorWidth: 48, predictorDepth: 1), on: transformer(.init(.fixed, .patches))),
        [try .randn([4, 3, 16, 16])]
      ),
    ]
    for (method, views) in methods {
      let output = try method.forward(views, at: position(8))
      let loss = try method.loss(output, at: position(8))
      #expect(try loss.item().isFinite && loss.dtype == .float32)
      try loss.backward()
      for (name, parameter) in method.namedParameters {
        let gradient = try parameter.tensor.grad()
        #expect((gradient != nil) == parameter.tensor.requiresGrad, "\(type(of: method)) \(name)")
      }
    }
  }

  @Test func networksThatDoNotFitAreRefused() throws {
    #expect(throws: TorchError.self) { try MAE.Configuration().build(on: resNet) }
    #expect(throws: TorchError.self) { try IJEPA.Configuration().build(on: resNet) }
    #expect(throws: TorchError.self) { try IJEPA.Configuration().build(on: BackboneConfiguration(transformer())) }
  }

  @Test func numbersAreStored() throws {
    let all: [MethodConfiguration] = [
      MethodConfiguration(SwAV.Configuration(projector: .init(widths: [8]), queueLength: 16)),
      MethodConfiguration(DINO.Configuration(teacherTemperature: .init(start: 0.04, end: 0.07, warmUpEpochs: 30))),
      MethodConfiguration(MAE.Configuration(maskRatio: 0.6)),
      MethodConfiguration(IJEPA.Configuration(masks: .init(targetCount: 2))),
    ]
    let catalogue = Catalogue().adding(SwAV.Configuration.self).adding(DINO.Configuration.self)
      .adding(MAE.Configuration.self).adding(IJEPA.Configuration.self)
    for configuration in all {
      let stored = try JSONEncoder().encode(configuration)
      #expect(try catalogue.decoder.decode(MethodConfiguration.self, from: stored) == configuration)
    }
  }
}
