import Backbones
import Foundation
import Layers
import Learning
import Measures
import TestSupport
import Testing
import Torch
import Training

@testable import Evaluation
@testable import Samples

/// Rows of numbers, as a kind of data that neither pictures nor tables know.
private struct Rows: ViewSource {
  let rows: [[Float]]
  var sampleCount: Int { rows.count }
  var layouts: [ViewLayout] { [ViewLayout(shape: [rows[0].count])] }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    if rows[sample][0].isNaN { throw SampleError(name: "\(sample)", reason: "broken") }
    rows[sample].withUnsafeBytes { buffers[0].copyMemory(from: $0) }
  }
}

/// Points of two classes by the sign of x·y: no line tells them apart.
private func corners(_ count: Int, seed: UInt64) -> (Rows, labels: [Int]) {
  var random = ViewGenerator(seed: seed, epoch: 0, sample: 0, view: 0)
  let points = (0..<count).map { _ in [random.uniform(around: 2), random.uniform(around: 2)] }
  return (Rows(rows: points), points.map { $0[0] * $0[1] > 0 ? 1 : 0 })
}

private let twoClasses = TargetKind.oneOf(["in", "out"])

private func oneHot(_ labels: [Int], _ count: Int = 2) -> [[Float]] {
  labels.map { label in (0..<count).map { $0 == label ? 1 : 0 } }
}

@Suite struct FineTuningTests {
  private func views(_ count: Int, seed: UInt64) throws -> LabelledViews {
    let (source, labels) = corners(count, seed: seed)
    return try LabelledViews(source, targets: oneHot(labels))
  }

  private func encoder(seed: UInt64 = 1, layers: Int = 2) throws -> Encoder {
    try Runtime.seed(seed)
    return Encoder(try MLP(.init(inputs: 2, width: 16, layers: layers)))
  }

  private func predictions(_ network: TunedNetwork, _ views: LabelledViews) throws -> [Double] {
    try network.predictions(of: network.encoder.features(of: views.plain).features)
  }

  private func accuracy(_ network: TunedNetwork, _ views: LabelledViews) throws -> Double {
    try #require(network.metrics(on: views, resampleCount: 0).accuracy).value
  }

  @Test func whatNoLineTellsApartIsLearned() throws {
    let tuning = FineTuning(learningRate: 1e-2, batchSize: 32, epochs: 60)
    let network = try tuning.fit(
      encoder(), telling: twoClasses, training: views(128, seed: 1), validation: views(64, seed: 2), seed: 3)
    let test = try views(300, seed: 4)
    #expect(try accuracy(network, test) > 0.9)
    let values = try predictions(network, test)
    for row in 0..<300 { #expect(abs(values[2 * row] + values[2 * row + 1] - 1) < 1e-5) }
  }

  @Test(arguments: [FineTuning.Mode.probe, .full, .lastBlocks(1)]) func whatTheModeNamesMoves(
    mode: FineTuning.Mode
  ) throws {
    let encoder = try encoder(layers: 3)
    let before = try encoder.backbone.state().map { ($0.name, try $0.tensor.values(as: Float.self)) }
    var tuning = FineTuning(epochs: 2)
    tuning.mode = mode
    _ = try tuning.fit(
      encoder, telling: twoClasses, training: views(40, seed: 1), validation: views(20, seed: 2), seed: 3)
    let moved = Set(
      try zip(before, encoder.backbone.state()).compactMap { old, new in
        try old.1 != new.tensor.values(as: Float.self) ? String(old.0.prefix(1)) : nil
      })
    switch mode {
    case .probe: #expect(moved.isEmpty)
    case .full: #expect(moved == ["0", "2", "4"])
    case .lastBlocks: #expect(moved == ["4"])
    }
  }

  /// AdamW's first step is as long as its learning rate, whatever the gradient.
  @Test func earlierLayersLearnMoreSlowly() throws {
    let encoder = try encoder(layers: 3)
    let before = try encoder.backbone.state().map { ($0.name, try $0.tensor.values(as: Double.self)) }
    var tuning = FineTuning(learningRate: 1e-3, batchSize: 40, epochs: 1)
    tuning.layerDecay = 0.1
    _ = try tuning.fit(encoder, telling: twoClasses, training: views(40, seed: 1), validation: nil, seed: 3)
    for (old, new) in zip(before, try encoder.backbone.state()) where old.0.hasSuffix("weight") {
      let depth = Double(old.0.prefix(1))! / 2
      let most = zip(old.1, try new.tensor.values(as: Double.self)).map { abs($0 - $1) }.max() ?? 0
      expectClose([most], [1e-3 * pow(0.1, 3 - depth)], absolute: 0, relative: 0.05, old.0)
    }
  }

  /// What only chance could bring back is frozen: the statistics of blocks that do not learn stay too.
  @Test func frozenBlocksKeepTheirStatistics() throws {
    try Runtime.seed(1)
    let network = try ResNet(.init(.resNet18, stem: .cifar, width: 4))
    let encoder = Encoder(network)
    let pictures = Pictures(count: 12)
    let before = try network.state().map { ($0.name, try $0.tensor.values(as: Float.self)) }
    var tuning = FineTuning(learningRate: 1e-3, batchSize: 6, epochs: 2)
    tuning.mode = .lastBlocks(2)
    _ = try tuning.fit(
      encoder, telling: twoClasses,
      training: LabelledViews(pictures, targets: oneHot((0..<12).map { $0 % 2 })), validation: nil, seed: 3)
    for (old, new) in zip(before, try network.state()) {
      let isSame = try old.1 == new.tensor.values(as: Float.self)
      #expect(isSame == !old.0.hasPrefix("layer4"), "\(old.0)")
    }
  }

  /// Trained on labels that are upside down, the validation loss only rises: the first epoch is taken, whatever the
  /// number of epochs.
  @Test func trainingStopsWhenValidationDoesNotGain() throws {
    let (source, labels) = corners(128, seed: 1)
    let wrong = try LabelledViews(source, targets: oneHot(labels.map { 1 - $0 }))
    let right = try LabelledViews(source, targets: oneHot(labels))
    let results = try [4, 40].map { epochs in
      let tuning = FineTuning(learningRate: 1e-2, batchSize: 16, epochs: epochs, patience: 3)
      let network = try tuning.fit(encoder(), telling: twoClasses, training: wrong, validation: right, seed: 3)
      #expect(network.bestEpoch == 1)
      return try predictions(network, right)
    }
    #expect(results[0] == results[1])
  }

  /// Where every epoch only harms, the network stays as it was, with the probe as its head.
  @Test func theProbeIsOneOfTheStatesToChooseFrom() throws {
    let (training, validation) = (try views(80, seed: 1), try views(40, seed: 2))
    var tuning = FineTuning(hiddenWidths: [], learningRate: 10, batchSize: 16, epochs: 4)
    tuning.startsFromProbe = true
    let tuned = try tuning.fit(encoder(), telling: twoClasses, training: training, validation: validation, seed: 3)
    #expect(tuned.bestEpoch == 0)
    tuning.mode = .probe
    let probe = try tuning.fit(encoder(), telling: twoClasses, training: training, validation: validation, seed: 3)
    #expect(try predictions(tuned, validation) == predictions(probe, validation))
  }

  /// An end that validation samples chose once gives the same network without them.
  @Test func endingAfterTheBestEpochIsTakingItsWeights() throws {
    let (training, validation) = (try views(60, seed: 1), try views(40, seed: 2))
    var tuning = FineTuning(learningRate: 3e-2, batchSize: 16, epochs: 12)
    tuning.isCosine = true
    let stopped = try tuning.fit(encoder(), telling: twoClasses, training: training, validation: validation, seed: 3)
    let ended = try tuning.fit(
      encoder(), telling: twoClasses, training: training, validation: nil, after: stopped.bestEpoch, seed: 3)
    #expect(ended.bestEpoch == stopped.bestEpoch)
    stopped.temperature = nil
    #expect(try predictions(ended, validation) == predictions(stopped, validation))
  }

  /// Logits that are ten times too large cost nothing in the loss to stop by: dividing them is for calibration.
  @Test func certaintyDoesNotDecideWhenToStop() throws {
    let validation = try views(60, seed: 2)
    let tuning = FineTuning(learningRate: 1e-2, epochs: 3)
    let network = try tuning.fit(
      encoder(), telling: twoClasses, training: views(60, seed: 1), validation: nil, seed: 3)
    let before = try network.loss(on: validation)
    let last = try #require(network.head.namedParameters.suffix(2).map(\.parameter.tensor) as [Tensor]?)
    try noGrad { for tensor in last { try tensor.multiply_(10) } }
    // The prior on the temperature moves it a little.
    #expect(abs(try network.loss(on: validation) - before) < 0.05 * before)
  }

  @Test func theSeedDecides() throws {
    let (training, validation) = (try views(60, seed: 1), try views(30, seed: 2))
    let results = try [5, 5, 6].map { seed in
      var tuning = FineTuning(epochs: 3)
      tuning.mixUp = 0.5
      let network = try tuning.fit(
        encoder(), telling: twoClasses, training: training, validation: validation, seed: UInt64(seed))
      return try predictions(network, validation)
    }
    #expect(results[0] == results[1])
    #expect(results[0] != results[2])
  }

  /// Starting from the probe and learning nothing is the probe.
  @Test func aLinearHeadStartsAsTheProbe() throws {
    let training = try views(80, seed: 1)
    var tuning = FineTuning(hiddenWidths: [], learningRate: 1e-12, epochs: 1)
    tuning.startsFromProbe = true
    let started = try tuning.fit(encoder(), telling: twoClasses, training: training, validation: nil, seed: 3)
    tuning.mode = .probe
    let probe = try tuning.fit(encoder(), telling: twoClasses, training: training, validation: nil, seed: 3)
    expectClose(try predictions(started, training), try predictions(probe, training), absolute: 1e-5)
  }

  @Test func severalClassesAtOnceAreLearned() throws {
    let (source, _) = corners(300, seed: 1)
    let kind = TargetKind.anyOf(["right", "up"])
    let targets = source.rows.map { [$0[0] > 0 ? Float(1) : 0, $0[1] > 0.5 ? 1 : 0] }
    for mode in [FineTuning.Mode.probe, .full] {
      var tuning = FineTuning(learningRate: 1e-2, batchSize: 32, epochs: 20)
      tuning.mode = mode
      let views = try LabelledViews(source, targets: targets)
      let network = try tuning.fit(encoder(), telling: kind, training: views, validation: views, seed: 3)
      let metrics = try network.metrics(on: views, resampleCount: 0)
      #expect(try #require(metrics.auroc).value > 0.97)
      #expect(try #require(metrics.accuracy).value > 0.9)
      #expect(network.temperature != nil)
    }
  }

  @Test func numbersAreLearnedInTheirUnits() throws {
    let (source, _) = corners(300, seed: 1)
    let targets = source.rows.map { [1000 + 50 * $0[0] - 20 * $0[1]] }
    for mode in [FineTuning.Mode.probe, .full] {
      var tuning = FineTuning(learningRate: 1e-2, batchSize: 32, epochs: 40)
      tuning.mode = mode
      let views = try LabelledViews(source, targets: targets)
      let network = try tuning.fit(encoder(), telling: .number("height"), training: views, validation: views, seed: 3)
      let metrics = try network.metrics(on: views, resampleCount: 0)
      #expect(try #require(metrics.r2).value > 0.95, "\(mode)")
      #expect(try #require(metrics.meanAbsoluteError).value < 15, "\(mode)")
    }
  }

  /// A class of one in twenty is found as often as the other where each counts the same.
  @Test func aRareClassCounts() throws {
    #expect(TargetLoss.weights(.none, for: oneHot([0, 0, 0, 0, 1]), kind: twoClasses) == nil)
    #expect(TargetLoss.weights(.auto, for: oneHot([0, 0, 1]), kind: twoClasses) == nil)
    let weights = try #require(TargetLoss.weights(.balanced, for: oneHot([0, 0, 0, 0, 1]), kind: twoClasses))
    #expect(weights == [0.625, 2.5])
    // By hand: −(0.625 · log p₀ · 4 + 2.5 · log p₁) / 5 with the same outputs everywhere.
    let loss = TargetLoss(kind: twoClasses, weights: weights)
    let outputs = try Tensor([Float](repeating: 0, count: 5).flatMap { [$0, 1] }, shape: [5, 2])
    let value = try loss(outputs, Tensor(oneHot([0, 0, 0, 0, 1]).flatMap(\.self), shape: [5, 2])).item()
    let normalizer = log(1 + exp(1.0))
    #expect(abs(value - (2.5 * normalizer + 2.5 * (normalizer - 1)) / 5) < 1e-6)
  }

  /// Half of the way to equal classes: of 4 and 1 samples they count 2 to 1 and not 1 to 1, and the mean sample counts 1.
  @Test func byItselfARareClassIsRaisedByTheRoot() throws {
    let weights = try #require(TargetLoss.weights(.auto, for: oneHot([0, 0, 0, 0, 1]), kind: twoClasses))
    #expect(abs(weights[1] / weights[0] - 2) < 1e-6)
    #expect(abs(4 * weights[0] + weights[1] - 5) < 1e-6)
    let any = try #require(TargetLoss.weights(.auto, for: (0..<10).map { [$0 == 0 ? 1 : 0] }, kind: .anyOf(["a"])))
    #expect(abs(any[0] - 3) < 1e-6)
  }

  @Test func smoothedTargetsAreSpread() throws {
    let loss = TargetLoss(kind: .oneOf(["a", "b", "c"]), weights: nil, smoothing: 0.3)
    let value = try loss(Tensor([Float(1), 2, 4], shape: [1, 3]), Tensor([Float(0), 1, 0], shape: [1, 3])).item()
    let normalizer = log(exp(1.0) + exp(2.0) + exp(4.0))
    let expected = 0.1 * (normalizer - 1) + 0.8 * (normalizer - 2) + 0.1 * (normalizer - 4)
    #expect(abs(value - expected) < 1e-5)
  }

  /// A sample that counts half pulls half as strongly, smoothed or not; one that counts nothing, not at all.
  @Test func uncertainSamplesCountLess() throws {
    let outputs = try Tensor([Float(1), 2, 0, 3, 5, -1], shape: [3, 2])
    for smoothing in [0, 0.2] {
      let loss = TargetLoss(kind: twoClasses, smoothing: smoothing)
      let each = try (0..<2).map { row in
        let own = try Tensor(oneHot([row])[0], shape: [1, 2])
        return try loss(outputs.rows(row..<row + 1), own).item()
      }
      let value = try loss(outputs, Tensor([Float(1), 0, 0, 0.5, 0, 0], shape: [3, 2])).item()
      #expect(abs(value - (each[0] + 0.5 * each[1]) / 1.5) < 1e-5)
    }
    #expect(TargetLoss.weights(.balanced, for: [[0.5, 0], [0.5, 0], [0, 0.25]], kind: twoClasses) == [0.625, 2.5])
  }

  @Test func brokenSamplesAreLeftOut() throws {
    let source = Rows(rows: [[1, 1], [.nan, 0], [-1, 1], [2, 2], [-2, 1]])
    let views = try LabelledViews(source, targets: oneHot([1, 0, 0, 1, 0]))
    let network = try FineTuning(epochs: 3).fit(
      encoder(), telling: twoClasses, training: views, validation: nil, seed: 0)
    #expect(try network.metrics(on: views, resampleCount: 0).count == 4)
  }

  @Test func whatCannotBeLearnedIsRefused() throws {
    let two = try views(20, seed: 1)
    let one = try LabelledViews(Rows(rows: [[1, 1], [2, 2]]), targets: oneHot([1, 1]))
    #expect(throws: MeasureError.self) {
      try FineTuning().fit(encoder(), telling: twoClasses, training: one, validation: two, seed: 0)
    }
    #expect(throws: MeasureError.self) {
      try FineTuning().fit(encoder(), telling: .oneOf(["a"]), training: two, validation: two, seed: 0)
    }
    let unknown = try LabelledViews(Rows(rows: [[1, 1], [2, 2]]), targets: [[.nan], [1]])
    #expect(throws: MeasureError.self) {
      try FineTuning().fit(encoder(), telling: .number("x"), training: unknown, validation: nil, seed: 0)
    }
    #expect(throws: MeasureError.self) { try LabelledViews(Rows(rows: [[1, 1]]), targets: []) }
  }
}

/// Pictures of noise, 3 × 8 × 8.
private struct Pictures: ViewSource {
  let count: Int
  var sampleCount: Int { count }
  var layouts: [ViewLayout] { [ViewLayout(shape: [3, 8, 8], isChannelsLast: true)] }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    var random = ViewGenerator(seed: 1, epoch: 0, sample: sample, view: 0)
    for place in 0..<192 { buffers[0].storeBytes(of: random.uniform(), toByteOffset: 4 * place, as: Float.self) }
  }
}
