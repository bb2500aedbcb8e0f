import Layers
import TestSupport
import Testing
import Torch

/// A layer with a part of its own and two below it.
private final class Nested: Layer {
  let scale: Parameter
  let first: Linear
  let second: Projector

  init() throws(TorchError) {
    scale = try Parameter(.ones([1]))
    first = try Linear(3, 4)
    second = try Projector(inputs: 4, .init(widths: [5, 2]))
  }

  var parameters: [(name: String, parameter: Parameter)] { [("scale", scale)] }
  var children: [(name: String, module: any Module)] { [("first", first), ("second", second)] }
  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try second(first(x)) * scale.tensor }
}

@Suite struct ModuleTests {
  private func values(_ module: some Module) throws -> [String: [Double]] {
    var result: [String: [Double]] = [:]
    for (name, tensor) in try module.state() { result[name] = try tensor.to(dtype: .float64).values() }
    return result
  }

  @Test func namesAreDottedPathsInOrder() throws {
    let module = try Nested()
    #expect(
      module.namedParameters.map(\.name) == [
        "scale", "first.weight", "first.bias", "second.0.weight", "second.1.weight", "second.1.bias",
        "second.3.weight", "second.4.weight", "second.4.bias",
      ])
    let statistics = ["running_mean", "running_var", "num_batches_tracked"]
    #expect(
      module.namedBuffers.map(\.name) == statistics.map { "second.1.\($0)" } + statistics.map { "second.4.\($0)" })
    #expect(module.parameterCount == 1 + 12 + 4 + 20 + 10 + 10 + 4)
    #expect(try module.state().map(\.name) == module.namedParameters.map(\.name) + module.namedBuffers.map(\.name))
  }

  @Test func whatFitsIsCopied() throws {
    try Runtime.seed(1)
    let (one, other) = (try Nested(), try Nested())
    _ = try other(.randn([4, 3]))
    var state = Dictionary(uniqueKeysWithValues: try other.state().map { ($0.name, $0.tensor) })
    state["head.weight"] = try .ones([1])
    try one.load(state, ignoring: ["head."])
    #expect(try values(one) == values(other))
    // A copy: what changes the one leaves the other.
    try noGrad { try other.scale.tensor.zero_() }
    #expect(try one.scale.tensor.values() as [Float] == [1])
  }

  @Test func nothingChangesUnlessEverythingFits() throws {
    try Runtime.seed(2)
    let (module, source) = (try Nested(), try Nested())
    let before = try values(module)
    let whole = Dictionary(uniqueKeysWithValues: try source.state().map { ($0.name, $0.tensor) })
    func mismatch(_ change: (inout [String: Tensor]) throws -> Void) throws -> StateMismatch {
      var state = whole
      try change(&state)
      let found = #expect(throws: StateMismatch.self) { try module.load(state) }
      #expect(try values(module) == before)
      return try #require(found)
    }
    let missing = try mismatch { $0["first.bias"] = nil }
    #expect(missing.missing == ["first.bias"] && missing.unused.isEmpty && missing.misshapen.isEmpty)
    let unused = try mismatch { ($0["fc.weight"], $0["fc.bias"]) = (try .ones([1]), try .ones([1])) }
    #expect(unused.unused == ["fc.bias", "fc.weight"] && unused.missing.isEmpty)
    // Also where as many numbers stand in another shape.
    let misshapen = try mismatch { $0["first.weight"] = try .ones([3, 4]) }
    #expect(misshapen.misshapen.map(\.name) == ["first.weight"])
    #expect(
      misshapen.description
        == "the weights do not fit the network; 14 weights fit; of another shape: first.weight is [3, 4], expected [4, 3]"
    )
  }

  @Test func movingKeepsWhatIsTrainedAndWhatIsNot() throws {
    let module = try Nested()
    module.scale.tensor = try module.scale.tensor.detach()
    let before = try values(module)
    try module.move(to: .cpu)
    #expect(try values(module) == before)
    #expect(module.trainedParameters.map(\.name) == module.namedParameters.map(\.name).filter { $0 != "scale" })
    try module(.randn([4, 3])).sum().backward()
    #expect(try module.first.weight.tensor.grad() != nil && module.scale.tensor.grad() == nil)
    try module.clearGradients()
    #expect(try module.first.weight.tensor.grad() == nil)
  }

  @Test func buffersGoBackToWhatTheyWere() throws {
    try Runtime.seed(3)
    let module = try Nested()
    _ = try module(.randn([4, 3]))
    let before = try values(module)
    let snapshot = try BufferSnapshot(of: module)
    _ = try module(.randn([4, 3]))
    #expect(try values(module) != before)
    try snapshot.restore()
    #expect(try values(module) == before)
  }
}

@Suite struct LayerTests {
  /// Over the batch, by the definition in float64; then by the running statistics.
  @Test func batchNormalisationFollowsItsDefinition() throws {
    try Runtime.seed(4)
    let layer = try BatchNorm(3)
    let x = try Tensor.randn([7, 3]) * 3 + 2
    let columns = (0..<3).map { column in stride(from: column, to: 21, by: 3).map { $0 } }
    let values: [Double] = try x.values()
    func normalised(_ mean: [Double], _ variance: [Double]) -> [Double] {
      values.indices.map { (values[$0] - mean[$0 % 3]) / (variance[$0 % 3] + 1e-5).squareRoot() }
    }
    let means = columns.map { $0.map { values[$0] }.reduce(0, +) / 7 }
    let variances = zip(columns, means).map { column, mean in
      column.map { (values[$0] - mean) * (values[$0] - mean) }.reduce(0, +) / 7
    }
    expectClose(try layer(x).values(), normalised(means, variances), absolute: 1e-5)
    layer.setTraining(false)
    let running = (means.map { 0.1 * $0 }, variances.map { 0.9 + 0.1 * $0 * 7 / 6 })
    expectClose(try layer(x).values(), normalised(running.0, running.1), absolute: 1e-5)
    #expect(try layer.batchCount.tensor.values() as [Int64] == [1])
  }

  /// Each sample's output is dropped or divided by the probability of being kept; in evaluation nothing happens.
  @Test func droppedPathsKeepTheirMean() throws {
    try Runtime.seed(5)
    let layer = DropPath(0.25)
    let kept: [Double] = try layer(.ones([4000, 2])).values()
    for row in 0..<4000 {
      #expect(kept[2 * row] == kept[2 * row + 1] && (kept[2 * row] == 0 || abs(kept[2 * row] - 4.0 / 3) < 1e-6))
    }
    // 3,000 expected, standard deviation 27.
    #expect(abs(kept.count { $0 != 0 } / 2 - 3000) < 110)
    layer.setTraining(false)
    #expect(try (layer(.ones([5, 2])).values() as [Float]).allSatisfy { $0 == 1 })
  }

  @Test func prototypesStandOnTheSphere() throws {
    try Runtime.seed(6)
    let prototypes = try Prototypes(4, count: 5)
    func lengths() throws -> [Double] { try prototypes.weight.tensor.norm(1).values() }
    expectClose(try lengths(), [Double](repeating: 1, count: 5), absolute: 1e-6)
    try noGrad { try prototypes.weight.tensor.multiply_(3) }
    try prototypes.normalise()
    expectClose(try lengths(), [Double](repeating: 1, count: 5), absolute: 1e-6)
    // Scores of a row with itself are cosines: 1.
    let own: [Double] = try prototypes(prototypes.weight.tensor.detach()).diagonal().values()
    expectClose(own, [Double](repeating: 1, count: 5), absolute: 1e-6)
  }

  /// The length of a direction has no effect on scores, and none on embeddings.
  @Test func directionsAreScaledToLengthOne() throws {
    try Runtime.seed(7)
    let head = try PrototypeHead(inputs: 6, .init(hidden: [8], bottleneck: 4, prototypes: 10))
    let x = try Tensor.randn([3, 6])
    let (embeddings, scores) = try head(x)
    #expect(embeddings.shape == [3, 4] && scores.shape == [3, 10])
    expectClose(try embeddings.norm(1).values(), [1, 1, 1], absolute: 1e-6)
    #expect(try (scores.values() as [Double]).allSatisfy { abs($0) <= 1 + 1e-6 })
    try noGrad { try head.lastLayer.direction.tensor.multiply_(5) }
    try expectClose(try head(x).scores, scores, absolute: 1e-5)
  }

  @Test(arguments: [
    (Projector.Configuration.identity, 0, 6), (.linear, 2, 128), (.simclr(features: 6), 6, 128),
    (.simclrV2(features: 6), 8, 128), (.mocoV2(features: 6), 4, 128), (.small2, 4, 128),
  ])
  func projectorsHaveTheirParts(_ configuration: Projector.Configuration, _ parameters: Int, _ outputs: Int) throws {
    let projector = try Projector(inputs: 6, configuration)
    #expect(projector.outputs == outputs && projector.namedParameters.count == parameters)
    #expect(try projector(.randn([4, 6])).shape == [4, outputs])
  }

  @Test func aProjectorWithoutLayersIsTheFeatures() throws {
    let x = try Tensor.randn([4, 6])
    #expect(try Projector(inputs: 6, .identity)(x).values() as [Float] == x.values())
  }
}
