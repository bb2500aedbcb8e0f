import Backbones
import Layers
import Learning
import Methods
import Optimizers
import Pictures
import Samples
import TestSupport
import Testing
import Torch

@testable import Training

/// Against one recorded pass in the same micro-batches, in float64: weights' gradients, the loss, the outputs and the
/// running statistics.
@Suite struct GradientCacheTests {
  private static let head = Projector.Configuration(widths: [8, 4], normalization: .none, hasBias: true)
  private static let normalisedHead = Projector.Configuration(widths: [8, 4], normalization: .all)
  private static let predictor = Projector.Configuration(widths: [6], normalization: .hidden)
  private static let resNet = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 4))
  private static let transformer = BackboneConfiguration(
    ViT.Configuration(.tiny, patchSize: 8, imageSize: 16, depth: 2, dropPath: 0.4))

  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let method: MethodConfiguration
    let backbone: BackboneConfiguration
    var isTraining = true
    var viewCount = 2
  }

  static let cases = [
    Case(
      testDescription: "simclr", method: .init(SimCLR.Configuration(temperature: 0.3, projector: head)),
      backbone: resNet),
    Case(
      testDescription: "simclr, normalised head",
      method: .init(SimCLR.Configuration(temperature: 0.3, projector: normalisedHead)), backbone: resNet),
    Case(
      testDescription: "byol",
      method: .init(BYOL.Configuration(projector: normalisedHead, predictor: predictor, momentum: .constant(0.9))),
      backbone: resNet),
    Case(testDescription: "vicreg", method: .init(VICReg.Configuration(projector: normalisedHead)), backbone: resNet),
    Case(
      testDescription: "moco-v2",
      method: .init(MoCoV2.Configuration(projector: head, queueLength: 16, keyGroups: 2)), backbone: resNet),
    Case(
      testDescription: "simsiam",
      method: .init(SimSiam.Configuration(projector: normalisedHead, predictor: .init(widths: [2]))), backbone: resNet),
    Case(
      testDescription: "rotation", method: .init(Rotation.Configuration()), backbone: resNet, viewCount: 1),
    Case(
      testDescription: "simclr, drop path", method: .init(SimCLR.Configuration(temperature: 0.3, projector: head)),
      backbone: transformer),
    Case(
      testDescription: "vicreg, drop path", method: .init(VICReg.Configuration(projector: head)), backbone: transformer),
    Case(
      testDescription: "byol, drop path",
      method: .init(BYOL.Configuration(projector: head, predictor: predictor, momentum: .constant(0.9))),
      backbone: transformer),
  ]

  private func run(_ test: Case, batch: Int, micro: Int?) -> RunConfiguration {
    .ofTinyPictures(test.method, on: test.backbone, batch: batch, micro: micro)
  }

  /// From the same seed, in float64.
  private func model(_ run: RunConfiguration, isTraining: Bool) throws -> any Learning.Method {
    let method = try run.exactModel()
    method.setTraining(isTraining)
    return method
  }

  private func views(_ test: Case, batch: Int) throws -> [ViewBatch] { try exactViews(test.viewCount, batch: batch) }

  private func gradients(_ method: any Learning.Method) throws -> [[Double]] {
    try method.trainedParameters.map { try $0.parameter.tensor.grad()?.values() ?? [] }
  }

  private func expectSame(_ found: any Learning.Method, _ expected: any Learning.Method) throws {
    let names = found.trainedParameters.map(\.name)
    for (name, (one, other)) in try zip(names, zip(gradients(found), gradients(expected))) {
      let largest = other.map(abs).max() ?? 0
      expectClose(one, other, absolute: 1e-10 * largest + 1e-14, name)
    }
    #expect(try gradients(found).contains { $0.contains { $0 != 0 } })
    for (one, other) in zip(found.namedBuffers, expected.namedBuffers) {
      #expect(try one.buffer.tensor.values() as [Double] == other.buffer.tensor.values(), "\(one.name)")
    }
  }

  /// Ten samples, four at a time: 3, 3 and 4.
  @Test(arguments: cases) func itIsOnePassInTheSameMicroBatches(_ test: Case) throws {
    let run = run(test, batch: 10, micro: 4)
    let position = run.position(at: 3)
    let views = try views(test, batch: 10)
    let expected = try model(run, isTraining: true)
    var outputs: [MethodOutput] = []
    for (index, part) in [0..<3, 3..<6, 6..<10].enumerated() {
      try Runtime.seed(run.seed(at: 3, part: index))
      outputs.append(try expected.forward(views.map { try $0.rows(part) }, at: position))
    }
    let joined = try MethodOutput(joining: outputs)
    let expectedLoss = try expected.loss(joined, at: position)
    try expectedLoss.backward()

    let found = try model(run, isTraining: true)
    // What a step before has left.
    for (_, parameter) in found.trainedParameters { try parameter.tensor.sum().backward() }
    let (output, loss) = try run.computeGradients(of: found, views, at: position)
    expectClose([try loss.item()], [try expectedLoss.item()], absolute: 1e-12)
    try expectSame(found, expected)
    for (one, other) in zip(output.tensors, joined.tensors) {
      #expect(!one.requiresGrad)
      try expectClose(one, other.detach(), absolute: 1e-12)
    }
  }

  /// Where nothing looks at samples together but the loss, it is the step of the whole batch.
  @Test func withoutBatchStatisticsItIsTheWholeBatch() throws {
    for test in Self.cases.prefix(4) {
      let whole = run(test, batch: 9, micro: nil)
      let position = whole.position(at: 0)
      let views = try views(test, batch: 9)
      let (expected, found) = (try model(whole, isTraining: false), try model(whole, isTraining: false))
      let (_, expectedLoss) = try whole.computeGradients(of: expected, views, at: position)
      let (_, loss) = try run(test, batch: 9, micro: 2).computeGradients(of: found, views, at: position)
      expectClose([try loss.item()], [try expectedLoss.item()], absolute: 1e-10)
      try expectSame(found, expected)
    }
  }

  @Test(arguments: [(10, 4, [3, 3, 4]), (8, 4, [4, 4]), (9, 8, [4, 5]), (7, 2, [1, 2, 2, 2]), (3, 5, [3])])
  func microBatchesAreNearlyEqual(_ count: Int, _ size: Int, _ expected: [Int]) {
    let parts = GradientCache.parts(of: count, into: (count + size - 1) / size)
    #expect(parts.map(\.count) == expected)
    #expect(parts.flatMap { Array($0) } == Array(0..<count))
  }

  /// A fourth of the samples at a time, and the memory is near a fourth of what does not belong to the weights.
  @Test func memoryIsThatOfAMicroBatch() throws {
    let test = Case(
      testDescription: "", method: .init(SimCLR.Configuration(temperature: 0.3, projector: Self.head)),
      backbone: BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 8)))
    let layouts = [ViewLayout](repeating: ViewLayout(shape: [3, 32, 32], isChannelsLast: true), count: 2)
    let whole = try run(test, batch: 64, micro: nil).peakBytes(of: layouts, batch: 64)
    let parts = try run(test, batch: 64, micro: 16).peakBytes(of: layouts, batch: 64)
    #expect(Double(parts) < 0.4 * Double(whole), "\(parts) of \(whole) bytes")
  }

  @Test func nothingLeaks() throws {
    let test = Self.cases[2]
    let run = run(test, batch: 6, micro: 3)
    try expectNoLeak {
      let (method, _) = try run.buildModel()
      let views = try (0..<2).map { _ in ViewBatch(try Tensor.randn([6, 3, 16, 16])) }
      _ = try run.computeGradients(of: method, views, at: run.position(at: 0))
    }
  }
}
