import Backbones
import Foundation
import Layers
import Learning
import Methods
import Optimizers
import Pictures
import Samples
import Synchronization
import TestSupport
import Testing

@testable import Torch
@testable import Training

/// Several members of a world, each in a thread of this process, against one process.
@Suite(.serialized) struct WorldTests {
  private static let head = Projector.Configuration(widths: [8, 4], normalization: .none, hasBias: true)
  private static let normalisedHead = Projector.Configuration(widths: [8, 4], normalization: .all)
  // Whose last normalisation has no weights, or no offset.
  private static let plainHead = Projector.Configuration(widths: [8, 4], normalization: .all, lastAffine: .none)
  private static let scaledHead = Projector.Configuration(widths: [8, 4], normalization: .all, lastAffine: .scaleOnly)
  private static let predictor = Projector.Configuration(widths: [6], normalization: .hidden)
  private static let resNet = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 4))

  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let method: MethodConfiguration
    var micro: Int?
    var viewCount = 2
    var hasClasses = false

    init(
      _ name: String, _ method: some MethodSettings, micro: Int? = nil, viewCount: Int = 2, hasClasses: Bool = false
    ) {
      testDescription = name
      self.method = .init(method)
      self.micro = micro
      self.viewCount = viewCount
      self.hasClasses = hasClasses
    }
  }

  static let cases = [
    Case("simclr", SimCLR.Configuration(temperature: 0.3, projector: normalisedHead)),
    Case("simclr in parts", SimCLR.Configuration(temperature: 0.3, projector: normalisedHead), micro: 2),
    Case("dcl", DCL.Configuration(temperature: 0.3, projector: normalisedHead)),
    Case("supcon", SupCon.Configuration(temperature: 0.3, projector: head), hasClasses: true),
    Case("moco-v2", MoCoV2.Configuration(projector: head, queueLength: 16, keyGroups: 1)),
    Case(
      "moco-v3",
      MoCoV3.Configuration(projector: normalisedHead, predictor: predictor, momentum: .constant(0.9))),
    Case(
      "byol", BYOL.Configuration(projector: normalisedHead, predictor: predictor, momentum: .constant(0.9))),
    Case("simsiam", SimSiam.Configuration(projector: plainHead, predictor: .init(widths: [2]))),
    Case("barlow-twins", BarlowTwins.Configuration(projector: normalisedHead)),
    Case(
      "nnclr",
      NNCLR.Configuration(temperature: 0.3, projector: normalisedHead, predictor: predictor, queueLength: 16)),
    Case("vicreg", VICReg.Configuration(projector: scaledHead)),
    Case(
      "swav", SwAV.Configuration(projector: normalisedHead, prototypes: 6, frozenEpochs: 0, queueLength: 0)),
    Case(
      "dino",
      DINO.Configuration(
        momentum: .constant(0.9),
        head: .init(hidden: [8], bottleneck: 4, prototypes: 6), frozenEpochs: 0)),
    Case("rotation", Rotation.Configuration(), viewCount: 1),
  ]

  private func run(_ test: Case, batch: Int, micro: Int?) -> RunConfiguration {
    .ofTinyPictures(test.method, on: Self.resNet, batch: batch, micro: micro)
  }

  private func views(_ test: Case, batch: Int) throws -> [ViewBatch] {
    var views = try exactViews(test.viewCount, batch: batch)
    if test.hasClasses { views.append(ViewBatch(try Tensor((0..<batch).map { Int64($0 % 3) }))) }
    return views
  }

  private struct Found: Sendable {
    var loss = 0.0
    var gradients: [String: [Double]] = [:]
    var buffers: [String: [Double]] = [:]
  }

  private func found(_ method: any Learning.Method, loss: Double) throws -> Found {
    var found = Found(loss: loss)
    for (name, parameter) in method.trainedParameters {
      found.gradients[name] = try parameter.tensor.grad()?.values()
    }
    for (name, buffer) in method.namedBuffers { found.buffers[name] = try buffer.tensor.values() }
    return found
  }

  /// Loss, gradients, and buffers after the step (statistics, queues, centres) are those of one process in float64: with
  /// equal parts, and with 12 samples divided among 5.
  @Test(arguments: cases, [2, 4, 5]) func theStepIsThatOfOneProcess(_ test: Case, _ size: Int) throws {
    let (batch, micro) = (12, test.micro)
    // As many samples pass together in all processes as in one only where all parts are equal.
    if let micro, batch % (size * micro) != 0 { return }
    let one = run(test, batch: batch, micro: micro.map { $0 * size })
    let views = try views(test, batch: batch)
    // Parts of the whole batch, in the order in which the processes pass them together.
    var order = Array(0..<batch)
    if let micro {
      let each = batch / size
      order = stride(from: 0, to: each, by: micro).flatMap { start in
        (0..<size).flatMap { rank in (start..<min(start + micro, each)).map { rank * each + $0 } }
      }
    }
    let indices = try Tensor(order.map { Int64($0) })
    let position = one.position(at: 3)
    let expected = try one.exactModel()
    let (output, loss) = try one.computeGradients(
      of: expected, views.map { try $0.indexed(by: indices) }, at: position)
    try noGrad { try expected.afterStep(output, at: position) }
    let reference = try self.found(expected, loss: loss.item())

    let several = run(test, batch: batch, micro: micro)
    let models = Unchecked(try (0..<size).map { _ in try several.exactModel() })
    let shared = Unchecked(views)
    let results = try inThreads(size) { world in
      let method = models.value[world.rank]
      method.join(world)
      let own = try shared.value.map { try $0.rows(world.part(of: batch)) }
      let (output, part) = try several.computeGradients(of: method, own, at: position, in: world)
      let isMean = method.lossIsMeanOfSamples
      let sums = try SharedGradients(world).sum(of: method, with: [part])
      try noGrad { try method.afterStep(output, at: position) }
      return try self.found(method, loss: isMean ? sums[0] : part.item())
    }
    for result in results {
      expectClose([result.loss], [reference.loss], absolute: 1e-12 * max(1, abs(reference.loss)))
      for (name, values) in reference.gradients {
        let largest = max(values.map(abs).max() ?? 0, 1e-3)
        expectClose(result.gradients[name] ?? [], values, absolute: 1e-10 * largest, name)
      }
      // Batches in parts are joined in another order.
      if micro == nil {
        for (name, values) in reference.buffers {
          let largest = max(values.map(abs).max() ?? 0, 1)
          expectClose(result.buffers[name] ?? [], values, absolute: 1e-10 * largest, name)
        }
      }
      // The processes have the same bits.
      #expect(result.gradients == results[0].gradients)
    }
    #expect(reference.gradients.values.contains { $0.contains { $0 != 0 } })
  }

  @Test(arguments: [1, 2, 3]) func collectives(_ size: Int) throws {
    let results = try inThreads(size) { world -> [[Double]] in
      let sum = try Tensor([Double(world.rank + 1), 2])
      try world.addUp(sum)
      let largest = try Tensor([Int64(world.rank)])
      try world.takeLargest(largest)
      // 7 items among three: 2, 2 and 3, with two rows each.
      let part = world.part(of: 7)
      let rows = try Tensor(part.flatMap { [Float($0), Float($0) + 0.5] }, shape: [part.count * 2, 1])
      let gathered = try world.gathered(rows, of: 7)
      let first = try Tensor([Double(world.rank) + 5])
      try world.broadcast(first)
      let parts = try world.sumOfPart(Tensor((0..<2 * world.size).map { Double($0 * (world.rank + 1)) }))
      try world.barrier()
      let bytes = try world.broadcast(world.isLeader ? [1, 2, 3] : [])
      return [
        try sum.values(), try largest.values(as: Double.self), try gathered.flattened().values(as: Double.self),
        try first.values(), try parts.values(), bytes.map { Double($0) },
      ]
    }
    let factor = Double(size * (size + 1) / 2)
    for (rank, found) in results.enumerated() {
      #expect(found[0] == [factor, 2 * Double(size)])
      #expect(found[1] == [Double(size - 1)])
      #expect(found[2] == (0..<7).flatMap { [Double($0), Double($0) + 0.5] })
      #expect(found[3] == [5])
      #expect(found[4] == [Double(2 * rank) * factor, Double(2 * rank + 1) * factor])
      #expect(found[5] == [1, 2, 3])
    }
  }

  @Test func whoLeavesIsNamed() throws {
    let results = try inThreads(3) { world -> String in
      if world.rank == 1 {
        world.leave(because: "process 1 has ended: the disk is full")
        return ""
      }
      do throws(TorchError) {
        try world.barrier()
        return "came through"
      } catch {
        return "\(error) \(error.lostProcess ?? -1)"
      }
    }
    #expect(results[0] == "process 1 has ended: the disk is full 1")
    #expect(results[2] == results[0])
  }

  @Test func whoDoesNotComeIsNamed() throws {
    let store = try World.Store(host: "127.0.0.1", port: 0, isHeldHere: true, seconds: 5)
    let error = #expect(throws: TorchError.self) {
      _ = try World(store, host: "127.0.0.1", attempt: "0", rank: 0, size: 2, seconds: 0.5)
    }
    #expect(error?.message.contains("process 1 of 2 has not come") == true)
  }

  @Test func aWorldOfOneSendsNothing() throws {
    let tensor = try Tensor([1.0, 2])
    try World.alone.addUp(tensor)
    #expect(try tensor.values() as [Double] == [1, 2])
    #expect(try World.alone.gathered(tensor, of: 2).values() as [Double] == [1, 2])
    #expect(try World.alone.broadcast([7]) == [7])
    #expect(World.alone.part(of: 9) == 0..<9)
  }

  // MARK: -

  private struct Unchecked<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  private final class Results<Result: Sendable>: Sendable {
    let all = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
  }

  /// Runs `body` in a thread for each member of a world.
  /// Every parameter of a small network with a bucket of its own, and all in one: gradients that the pass adds to those that
  /// are there, a parameter that it does not reach, and one that has no gradient at all.
  @Test(arguments: [1, 2, 3, 4]) func gradientsTravelDuringThePass(bucketLength: Int) throws {
    let size = 3
    let results = try inThreads(size) { world in
      let weights = try (0..<4).map { place in
        try Tensor([Double](repeating: Double(place + 1), count: 3), shape: [3]).requireGrad()
      }
      let rank = Double(world.rank + 1)
      // As a loss does that looks at a weight directly.
      try (weights[1] * rank).sum().backward()
      try (weights[2] * 10 * rank).sum().backward()
      let output = try (weights[0] * weights[1] * rank).sum()
      let ends = Array(stride(from: bucketLength, to: 4, by: bucketLength)) + [4]
      try world.sendGradients(of: weights, buckets: ends, during: output)
      #expect(world.isSendingGradients)
      try output.backward()
      let times = try world.receiveGradients()
      #expect(!world.isSendingGradients && times.sent > 0)
      return try weights.map { try $0.grad()?.values(as: Double.self) }
    }
    // Σ rank = 6: d/dw₀ = w₁ · 6, d/dw₁ = (1 + w₀) · 6, d/dw₂ = 60.
    for result in results { #expect(result == [[12, 12, 12], [12, 12, 12], [60, 60, 60], nil]) }
  }

  /// Buckets are an eighth of all gradients, at least a megabyte, and hold one type.
  @Test func bucketsAreLargeEnoughAndOfOneType() throws {
    func ends(_ shapes: [(Int, DType)]) throws -> [Int] {
      SharedGradients.buckets(of: try shapes.map { try Tensor.zeros([$0.0], $0.1) })
    }
    #expect(try ends([]) == [])
    #expect(try ends([(10, .float32), (10, .float32)]) == [2])
    #expect(try ends([(10, .float32), (10, .float64), (10, .float64)]) == [1, 3])
    #expect(try ends([(10, .float32), (1_000_000, .float32), (10, .float32)]) == [1, 2, 3])
    #expect(try ends((0..<100).map { _ in (250_000, .float32) }) == Array(stride(from: 12, to: 100, by: 12)) + [100])
  }

  private func inThreads<Result: Sendable>(
    _ size: Int, _ body: @escaping @Sendable (World) throws -> Result
  ) throws -> [Result] {
    if size == 1 { return [try body(.alone)] }
    let store = try World.Store(host: "127.0.0.1", port: 0, isHeldHere: true, seconds: 20)
    let port = store.port
    let results = Results<Result>()
    let done = DispatchSemaphore(value: 0)
    withExtendedLifetime(store) {
      for rank in 0..<size {
        let isStarted = startThread(name: "world.\(rank)") {
          let result = Swift.Result<Result, any Error> {
            let own = try World.Store(host: "127.0.0.1", port: port, isHeldHere: false, seconds: 20)
            let world = try World(own, host: "127.0.0.1", attempt: "0", rank: rank, size: size, seconds: 20)
            let result = try body(world)
            world.leave()
            return result
          }
          results.all.withLock { $0[rank] = result }
          done.signal()
        }
        #expect(isStarted)
      }
      for _ in 0..<size { done.wait() }
    }
    return try (0..<size).map { rank in try #require(results.all.withLock { $0[rank] }).get() }
  }
}
