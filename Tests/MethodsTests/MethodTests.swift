import Backbones
import Foundation
import Layers
import Learning
import TestSupport
import Testing
import Torch

@testable import Methods

/// What methods do beside their loss.
@Suite struct MethodTests {
  private let backbone = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 2))
  private let position = RunPosition(step: 0, totalSteps: 10, stepsPerEpoch: 5)

  private func views(_ count: Int = 2, batch: Int = 8) throws -> [Tensor] {
    try (0..<count).map { _ in try Tensor.randn([batch, 3, 8, 8]).to(format: .channelsLast) }
  }

  /// The oracle is a list that drops its oldest entries. Batches fill, wrap and exceed the queue.
  @Test(arguments: [(7, 3), (6, 3), (4, 4), (3, 5), (1, 2)])
  func theQueueForgetsTheOldest(length: Int, batch: Int) throws {
    try Runtime.seed(1)
    let queue = try KeyQueue(length: length, width: 2)
    var expected: [[Double]] = []
    for step in 0..<9 {
      let keys = try Tensor.randn([batch, 2])
      expected += try normalized(keys).unstacked().map { try $0.values() }
      try queue.replaceOldest(with: keys, step: step)
      if expected.count >= length {
        let found = try Set(queue.keys.tensor.unstacked().map { try $0.values() as [Double] })
        #expect(found == Set(expected.suffix(length)), "step \(step)")
      }
    }
  }

  /// Gradients reach what is trained and nothing else; after the step, the teacher has followed.
  @Test(arguments: [MethodName.mocoV2, .mocoV3, .byol]) func theTeacherFollowsAndIsNotTrained(_ name: MethodName) throws
  {
    try Runtime.seed(2)
    let head = Projector.Configuration(widths: [8, 4], normalization: .hidden)
    let configuration: any MethodSettings =
      switch name {
      case .mocoV2: MoCoV2.Configuration(projector: head, queueLength: 16, momentum: .constant(0.5), keyGroups: 2)
      case .mocoV3: MoCoV3.Configuration(projector: head, predictor: .init(widths: [8]), momentum: .constant(0.5))
      default: BYOL.Configuration(projector: head, predictor: .init(widths: [8]), momentum: .constant(0.5))
      }
    let method = try configuration.build(on: backbone)
    try method.move(to: .cpu)
    let output = try method.forward(views(), at: position)
    try method.loss(output, at: position).backward()
    let teacher = method.namedParameters.filter { $0.name.hasPrefix("teacher.") }
    let student = Dictionary(uniqueKeysWithValues: method.namedParameters.map { ($0.name, $0.parameter) })
    #expect(!teacher.isEmpty)
    #expect(try teacher.allSatisfy { try $0.parameter.tensor.grad() == nil })
    #expect(try method.trainedParameters.allSatisfy { try $0.parameter.tensor.grad() != nil })
    let before = try teacher.map { try $0.parameter.tensor.values() as [Double] }
    try noGrad {
      for (_, parameter) in method.trainedParameters { try parameter.tensor.add_(.ones(parameter.tensor.shape)) }
      try method.afterStep(output, at: position)
    }
    for (entry, old) in zip(teacher, before) {
      let followed = try #require(student[String(entry.name.dropFirst("teacher.".count))]).tensor.values() as [Double]
      expectClose(
        try entry.parameter.tensor.values(), zip(old, followed).map { ($0 + $1) / 2 }, absolute: 1e-6, entry.name)
    }
  }

  /// Two views as before; of more, local ones are compared with the two global ones, and not with each other.
  @Test func localViewsAreComparedWithTheGlobalOnes() throws {
    try Runtime.seed(8)
    let views = try (0..<4).map { _ in try Tensor.randn([6, 3], .float64) }
    let loss: (Tensor, Tensor) throws(TorchError) -> Tensor = { a, b throws(TorchError) in try (a - b).squared().mean()
    }
    func value(_ a: Int, _ b: Int) throws -> Double { try loss(views[a], views[b]).item() }
    #expect(try meanOverViews(Array(views.prefix(2)), loss).item() == value(0, 1))
    let expected = try (2 * value(0, 1) + value(0, 2) + value(1, 2) + value(0, 3) + value(1, 3)) / 6
    expectClose([try meanOverViews(views, loss).item()], [expected], absolute: 1e-12)
    let targets = Array(views.prefix(2))
    expectClose([try meanOverViews(views, targets: targets, loss).item()], [expected], absolute: 1e-12)
  }

  /// Every method that says so takes smaller views too, and all that is trained gets a gradient.
  @Test(arguments: [MethodName.simclr, .dcl, .barlowTwins, .vicreg, .nnclr, .leJEPA, .visreg])
  func anyNumberOfViewsIsTaken(_ name: MethodName) throws {
    try Runtime.seed(9)
    let head = Projector.Configuration(widths: [8, 4], normalization: .hidden)
    let settings: any MethodSettings =
      switch name {
      case .simclr: SimCLR.Configuration(temperature: 0.2, projector: head)
      case .dcl: DCL.Configuration(projector: head)
      case .barlowTwins: BarlowTwins.Configuration(projector: head)
      case .vicreg: VICReg.Configuration(projector: head)
      case .nnclr: NNCLR.Configuration(projector: head, predictor: .init(widths: [8]), queueLength: 12)
      case .leJEPA: LeJEPA.Configuration(directions: 8, projector: head)
      default: VISReg.Configuration(directions: 8, projector: head)
      }
    #expect(type(of: settings).takesAnyNumberOfViews && settings.viewPlan == .pair)
    let method = try settings.build(on: backbone)
    try method.move(to: .cpu)
    let local = try (0..<3).map { _ in try Tensor.randn([8, 3, 4, 4]).to(format: .channelsLast) }
    let output = try method.forward(views() + local, at: position)
    #expect(output.features.count == 5 && output.embeddings.count == 5)
    let loss = try method.loss(output, at: position)
    try loss.backward()
    #expect(try loss.item().isFinite)
    #expect(try method.trainedParameters.allSatisfy { try $0.parameter.tensor.grad() != nil })
  }

  /// The positive is the key nearest to the other view; gradients reach neither it nor the queue.
  @Test func neighboursComeFromTheQueue() throws {
    try Runtime.seed(10)
    let method = try NNCLR.Configuration(
      projector: .init(widths: [8, 4], normalization: .hidden), predictor: .init(widths: [8]), queueLength: 5
    ).build(on: backbone)
    try method.move(to: .cpu)
    let keys = try #require(method.state().first { $0.name == "queue.keys" }).tensor
    let before = try keys.values() as [Float]
    let output = try method.forward(views(batch: 4), at: position)
    for (target, embedding) in zip(output.targets, output.embeddings) {
      let similarities = try normalized(embedding).matmul(keys.transposed()).unstacked().map {
        try $0.values() as [Double]
      }
      for (row, similarity) in zip(try target.unstacked(), similarities) {
        let best = try #require(similarity.indices.max { similarity[$0] < similarity[$1] })
        #expect(try row.values() == keys.rows(best..<best + 1).flattened().values() as [Float])
      }
      #expect(!target.requiresGrad)
    }
    try method.loss(output, at: position).backward()
    try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
    let after = try keys.values() as [Float]
    #expect(after != before)
    expectClose(
      Array(after.prefix(16)).map(Double.init), try normalized(output.embeddings[0]).flattened().values(),
      absolute: 1e-6)
  }

  /// SimSiam's predictor keeps the peak rate, and nothing else does.
  @Test func thePredictorKeepsThePeakRate() throws {
    let head = Projector.Configuration(widths: [8, 4])
    for keeps in [true, false] {
      let method = try SimSiam.Configuration(
        projector: head, predictor: .init(widths: [2]), predictorKeepsPeakRate: keeps
      ).build(on: backbone)
      let fixed = Set(method.parametersAtPeakRate.map(ObjectIdentifier.init))
      for (name, parameter) in method.namedParameters {
        #expect(fixed.contains(ObjectIdentifier(parameter)) == (keeps && name.hasPrefix("predictor.")))
      }
    }
  }

  /// Rotated back, every quarter of the batch equals the first. The targets say by how much each was rotated.
  @Test func everyPictureStandsInAllFourTurns() throws {
    let picture = try Tensor((0..<12).map { Float($0) }, shape: [1, 1, 3, 4])
    #expect(try picture.turned(quarters: 1).shape == [1, 1, 4, 3])
    // The right column becomes the top row.
    #expect(try picture.turned(quarters: 1).values() == [3, 7, 11, 2, 6, 10, 1, 5, 9, 0, 4, 8].map { Float($0) })
    #expect(try picture.turned(quarters: 3).turned(quarters: 1).values() == picture.values() as [Float])
    let method = try Rotation.Configuration().build(on: backbone)
    let output = try method.forward(views(1, batch: 3), at: position)
    #expect(try output.targets[0].values() as [Int64] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    #expect(output.predictions[0].shape == [12, 4] && output.features[0].shape == [3, 16])
  }

  @Test func theOrdersOfAJigsawAreFarApart() throws {
    let orders = PermutationSet.orders(24, of: 9)
    #expect(orders[0] == Array(0..<9) && Set(orders).count == 24)
    #expect(orders.allSatisfy { $0.sorted() == Array(0..<9) })
    let distances = orders.indices.flatMap { first in
      orders[(first + 1)...].map { other in zip(orders[first], other).count { $0 != $1 } }
    }
    // The first nine differ in all places, as in a Latin square.
    let firstNine = orders.prefix(9).indices.flatMap { first in
      orders[(first + 1)..<9].map { other in zip(orders[first], other).count { $0 != $1 } }
    }
    #expect(firstNine.allSatisfy { $0 == 9 } && distances.min() ?? 0 >= 7)
    #expect(Set(PermutationSet.orders(100, of: 3)) == Set(PermutationSet.orders(6, of: 3)))
    #expect(PermutationSet.orders(6, of: 3).count == 6)
  }

  /// Features are in the order that the target names.
  @Test func theHeadSeesTheTilesInTheirOrder() throws {
    try Runtime.seed(3)
    let method = try Jigsaw.Configuration(orders: 20, tileWidth: 4).build(on: backbone)
    try method.move(to: .cpu)
    method.setTraining(false)
    let tiles = try Tensor.randn([6, 9, 3, 8, 8])
    let output = try method.forward([tiles], at: position)
    let state = try Dictionary(uniqueKeysWithValues: method.state().map { ($0.name, $0.tensor) })
    let orders = try #require(state["orders"]).values() as [Int64]
    let drawn = try output.targets[0].values() as [Int64]
    let logits = try output.predictions[0].values() as [Double]
    for sample in 0..<6 {
      var laid: [Tensor] = []
      for place in 0..<9 {
        let tile = try tiles.rows(sample..<sample + 1).selected(1, Int(orders[Int(drawn[sample]) * 9 + place]))
        let features = try method.backbone(tile)
        laid.append(
          try relu(linear(features, weight: #require(state["tower.weight"]), bias: state["tower.bias"])))
      }
      let expected = try linear(
        concatenate(laid, dimension: 1), weight: #require(state["head.weight"]), bias: state["head.bias"])
      expectClose(Array(logits[sample * 20..<sample * 20 + 20]), try expected.values(), absolute: 1e-5)
    }
  }
}
