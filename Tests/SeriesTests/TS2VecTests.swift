import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Series

@Suite struct TS2VecTests {
  private struct Reference: Decodable {
    struct Step: Decodable {
      let values: [Double?]
      let start, left, right, end: Int
      let places: [Int]
      let kept: [[Float]]
      let loss: Double
    }
    let channels, width, layers, features, batch, length: Int
    let rate: Double
    let initial: [String: [Double]]
    let steps: [Step]
    let encoded: [Double]
  }

  /// Twenty steps of PyTorch, from recorded weights, series, crops and masks; made by scripts/reference/series.py ts2vec.
  @Test func twentyStepsAgreeWithPyTorch() throws {
    let reference = try golden("ts2vec.json", Reference.self, in: .module)
    let network = DilatedCNN.Configuration(
      channels: reference.channels, width: reference.width, layers: reference.layers, features: reference.features,
      dropout: 0)
    let method = try TS2Vec(TS2Vec.Configuration(), on: network)
    var state: [String: Tensor] = [:]
    for (name, tensor) in try method.state() {
      let plain = String(name.drop { $0 != "." }.dropFirst())
      let values = try #require(reference.initial[plain], "\(plain)")
      state[name] = try Tensor(values.map { Float($0) }, shape: tensor.shape)
    }
    #expect(state.count == 2 * reference.initial.count)
    try method.load(state)
    let optimizer = try OptimizerConfiguration(.adamW, baseLearningRate: reference.rate, weightDecay: 0.01).build(
      method.trainedParameters, atPeakRate: [])
    var losses: [Double] = []
    var values = try Tensor([Float(0)])
    for (index, step) in reference.steps.enumerated() {
      values = try Tensor(
        step.values.map { $0.map { Float($0) } ?? .nan },
        shape: [reference.batch, reference.length, reference.channels])
      let crops = SeriesCrops(
        first: step.start..<step.right, overlap: step.left..<step.right, second: step.left..<step.end,
        places: step.places)
      let kept = try step.kept.map { try Tensor($0, shape: [reference.batch, $0.count / reference.batch]) }
      let position = RunPosition(step: index, totalSteps: 20, stepsPerEpoch: 20)
      let output = try method.forward(values, crops, kept: kept)
      let loss = try method.loss(output, at: position)
      try method.clearGradients()
      try loss.backward()
      try optimizer.step(learningRate: reference.rate)
      try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
      losses.append(try loss.item())
    }
    expectClose(losses, reference.steps.map(\.loss), absolute: 0, relative: 1e-4)
    method.backbone.setTraining(false)
    let encoded = try noGrad { try method.backbone(ViewBatch(values)) }.values(as: Double.self)
    expectClose(encoded, reference.encoded, absolute: 1e-4, relative: 1e-3)
  }

  // MARK: Crops

  @Test func cropsLieWithinTheirSeriesAndOverlap() throws {
    var generator = ViewGenerator(seed: 3, epoch: 0, sample: 0, view: 0)
    var overlaps: Set<Int> = []
    for _ in 0..<2000 {
      let lengths = [9, 12, 40]
      let crops = SeriesCrops(of: lengths) { Double(generator.uniform()) }
      #expect(crops.first.upperBound == crops.overlap.upperBound && crops.second.lowerBound == crops.overlap.lowerBound)
      #expect(crops.first.lowerBound <= crops.overlap.lowerBound && crops.second.upperBound >= crops.overlap.upperBound)
      #expect(crops.overlap.count >= 2)
      overlaps.insert(crops.overlap.count)
      for (place, length) in zip(crops.places, lengths) {
        #expect(place + crops.first.lowerBound >= 0 && place + crops.second.upperBound <= length)
      }
    }
    #expect(overlaps == Set(2...9))
    // The highest number of a generator is below 1.
    let last = SeriesCrops(of: [2, 2]) { 0.999_999_999_999 }
    #expect(last.places.allSatisfy { $0 + last.second.upperBound <= 2 })
  }

  @Test func aCropTakesTheStepsOfItsSeries() throws {
    let values = try Tensor((0..<2 * 6 * 2).map { Float($0) }, shape: [2, 6, 2])
    let crops = SeriesCrops(first: 1..<4, overlap: 2..<4, second: 2..<5, places: [0, 1])
    let found = try crops.crop(values, crops.first).values(as: Float.self)
    #expect(found == [2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21])
  }

  /// The features are those of the mean of the first weights and those after each step.
  @Test func theBackboneIsTheMeanOfAllWeights() throws {
    try Runtime.seed(5)
    let method = try TS2Vec(TS2Vec.Configuration(), on: .init(channels: 1, width: 4, layers: 1, features: 4))
    func weight(_ prefix: String) throws -> [Double] {
      try method.state().first { $0.name == "\(prefix).input_fc.weight" }.map { try $0.tensor.values(as: Double.self) }
        ?? []
    }
    var seen = [try weight("network")]
    let beginning = try weight("mean")
    #expect(beginning == seen[0])
    let trained = method.trainedParameters
    #expect(trained.allSatisfy { $0.name.hasPrefix("network.") } && !trained.isEmpty)
    let empty = MethodOutput(features: [], embeddings: [])
    for step in 0..<5 {
      try noGrad { () throws(TorchError) in
        for (_, parameter) in trained { try parameter.tensor.add_(Tensor.randn(parameter.tensor.shape)) }
        try method.afterStep(empty, at: RunPosition(step: step, totalSteps: 5, stepsPerEpoch: 5))
      }
      seen.append(try weight("network"))
      let mean = seen[0].indices.map { place in seen.reduce(0) { $0 + $1[place] } / Double(seen.count) }
      expectClose(try weight("mean"), mean, absolute: 1e-5)
    }
  }

  /// Series of different lengths: crops are those of the shortest, and nothing behind the end of a series is looked at.
  @Test func whatLiesBehindASeriesIsNeverLookedAt() throws {
    let method = try TS2Vec(TS2Vec.Configuration(), on: .init(channels: 1, width: 4, layers: 1, features: 4))
    var mask = [Float](repeating: 1, count: 2 * 20)
    for step in 7..<20 { mask[step] = 0 }
    let position = RunPosition(step: 0, totalSteps: 1, stepsPerEpoch: 1)
    let losses = try [Float(0), 1e6].map { filling in
      var values = (0..<40).map { sin(Float($0)) }
      for step in 7..<20 { values[step] = filling }
      try Runtime.seed(8)
      let view = ViewBatch([try Tensor(values, shape: [2, 20, 1]), try Tensor(mask, shape: [2, 20])])
      return try method.loss(method.forward([view], at: position), at: position).item()
    }
    #expect(losses[0] == losses[1])
  }

  /// Long crops pass the network some series at a time: the loss and the gradients are those of all at once.
  @Test(arguments: [0, 0.4]) func gradientsOfLongCropsAreExact(dropout: Double) throws {
    let network = DilatedCNN.Configuration(channels: 2, width: 4, layers: 2, features: 6, dropout: dropout)
    let crops = SeriesCrops(first: 1..<14, overlap: 4..<14, second: 4..<17, places: [0, 1, -1, 2, 0])
    var numbers = (0..<5 * 20 * 2).map { sin(Float($0 * $0)) }
    numbers[70] = .nan
    let values = try Tensor(numbers, shape: [5, 20, 2])
    let kept = try [0, 1].map { view in
      try Tensor((0..<5 * 13).map { ($0 + view) % 3 == 0 ? Float(0) : 1 }, shape: [5, 13])
    }
    let position = RunPosition(step: 0, totalSteps: 1, stepsPerEpoch: 1)
    // Crops of a series have 6 · 26 numbers: at once (where nothing is dropped by chance), two series at a time, and one.
    let sizes = dropout == 0 ? [1 << 20, 320, 1] : [4 * 156, 320, 1]
    var (losses, gradients): ([Double], [[[Double]]]) = ([], [])
    for size in sizes {
      try Runtime.seed(6)
      let method = try TS2Vec(TS2Vec.Configuration(), on: network, mostAtOnce: size)
      for step in 0..<2 {
        try Runtime.seed(UInt64(step))
        let output = try method.forward(values, crops, kept: kept)
        #expect(output.targets.isEmpty == (size == 1 << 20))
        let loss = try method.loss(output, at: position)
        try method.clearGradients()
        try loss.backward()
        losses.append(try loss.item())
      }
      gradients.append(
        try method.trainedParameters.map { try #require(try $0.parameter.tensor.grad()).values(as: Double.self) })
    }
    for (place, size) in sizes.enumerated() {
      expectClose(Array(losses[2 * place..<2 * place + 2]), Array(losses[0..<2]), absolute: 1e-6, relative: 1e-6)
      for (found, expected) in zip(gradients[place], gradients[0]) {
        expectClose(found, expected, absolute: 1e-6, relative: 1e-4, "\(size)")
      }
    }
    // What is only measured is not kept for gradients.
    let method = try TS2Vec(TS2Vec.Configuration(), on: network, mostAtOnce: 1)
    let measured = try noGrad { try method.forward(values, crops, kept: kept) }
    #expect(measured.targets.isEmpty)
  }

  @Test func otherNetworksAreRefused() throws {
    let other = BackboneConfiguration(MLP.Configuration(inputs: 4, width: 4, layers: 1))
    #expect(throws: TorchError.self) { try TS2Vec.Configuration().build(on: other) }
  }
}
