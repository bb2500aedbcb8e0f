import Foundation
import TestSupport
import Testing
import Torch

@testable import Objectives

/// The losses that compare two views, against loops in float64 differentiated by PyTorch: `Golden/pair_losses.py`.
@Suite struct PairLossTests {
  struct Case: Decodable {
    let first: [[Double]]
    let second: [[Double]]
    let loss: Double
    let gradientFirst: [[Double]]
    let gradientSecond: [[Double]]?
    let temperature: Double?
    let classes: [Int64]?
    let queue: [[Double]]?
    let weight: Double?
    let weights: [Double]?
  }

  typealias Loss = (Tensor, Tensor) throws -> Tensor

  static func loss(_ name: String, _ test: Case) throws -> Loss {
    switch name {
    case "decoupled": return try DecoupledContrast(temperature: #require(test.temperature)).callAsFunction
    case "supervised":
      let loss = SupervisedContrast(temperature: try #require(test.temperature))
      let classes = try Tensor(#require(test.classes))
      return { try loss($0, $1, classes: classes) }
    case "queue":
      let loss = QueueContrast(temperature: try #require(test.temperature))
      let queue = try matrix(#require(test.queue))
      return { try loss($0, $1, queue: queue) }
    case "cosine": return NegativeCosine().callAsFunction
    case "correlation": return try CrossCorrelation(redundancyWeight: #require(test.weight)).callAsFunction
    case "variance":
      let weights = try #require(test.weights)
      return VarianceInvarianceCovariance(
        invarianceWeight: weights[0], varianceWeight: weights[1], covarianceWeight: weights[2]
      ).callAsFunction
    default: throw TorchError(call: name, message: "no such loss")
    }
  }

  static func matrix(_ rows: [[Double]]) throws -> Tensor {
    try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0]).to(dtype: .float64)
  }

  static let names = ["decoupled", "supervised", "queue", "cosine", "correlation", "variance"]

  private func cases(_ name: String) throws -> [Case] {
    let all: [String: [Case]] = try golden("pair_losses.json", in: .module)
    #expect(Set(all.keys) == Set(Self.names))
    return try #require(all[name])
  }

  @Test(arguments: names) func valueAndGradientsAgreeWithTheOracle(_ name: String) throws {
    let cases = try cases(name)
    #expect(cases.count >= 3)
    for test in cases {
      let (a, b) = (try Self.matrix(test.first).requireGrad(), try Self.matrix(test.second).requireGrad())
      let loss = try Self.loss(name, test)(a, b)
      // What arrives from further up is passed on.
      try (loss * 3).backward()
      expectClose([try loss.item()], [test.loss], absolute: 1e-10, relative: 1e-10)
      for (leaf, expected) in [(a, test.gradientFirst), (b, test.gradientSecond)] {
        guard let expected else {
          #expect(try leaf.grad() == nil, "\(name) has no gradient there")
          continue
        }
        expectClose(
          try #require(try leaf.grad()).values(), expected.flatMap { $0 }.map { 3 * $0 }, absolute: 1e-9,
          relative: 1e-9)
      }
    }
  }

  /// Of those that treat both views alike.
  @Test(arguments: ["decoupled", "supervised", "correlation", "variance"])
  func viewsMayBeExchanged(_ name: String) throws {
    for test in try cases(name) {
      let (a, b) = (try Self.matrix(test.first), try Self.matrix(test.second))
      let loss = try Self.loss(name, test)
      expectClose([try loss(a, b).item()], [try loss(b, a).item()], absolute: 1e-12, relative: 1e-12)
    }
  }

  /// The order of the samples carries nothing.
  @Test(arguments: ["decoupled", "cosine", "correlation", "variance"])
  func samplesMayBeExchanged(_ name: String) throws {
    for test in try cases(name) {
      let order = try Tensor(test.first.indices.reversed().map { Int64($0) })
      let (a, b) = (try Self.matrix(test.first), try Self.matrix(test.second))
      let loss = try Self.loss(name, test)
      expectClose(
        [try loss(a.indexed(by: order), b.indexed(by: order)).item()], [try loss(a, b).item()], absolute: 1e-12,
        relative: 1e-12)
    }
  }

  /// bfloat16 embeddings are compared in float32, and what cannot be compared is refused.
  @Test(arguments: names) func precisionAndImpossibleBatches(_ name: String) throws {
    let test = try #require(cases(name).first)
    let loss = try Self.loss(name, test)
    let a = try Self.matrix(test.first).to(dtype: .bfloat16)
    #expect(try loss(a, a).dtype == .float32)
    #expect(throws: TorchError.self) { try loss(a, a.rows(0..<1)) }
    #expect(throws: TorchError.self) { try loss(a.rows(0..<1).flattened(), a.rows(0..<1).flattened()) }
    if !["cosine", "queue"].contains(name) {
      #expect(throws: TorchError.self) { try loss(a.rows(0..<1), a.rows(0..<1)) }
    }
  }

  @Test(arguments: names) func nothingLeaks(_ name: String) throws {
    let test = try #require(cases(name).last)
    try expectNoLeak {
      let a = try Self.matrix(test.first).requireGrad()
      try Self.loss(name, test)(a, a * 2).backward()
    }
  }
}

/// What the golden values do not say of single losses.
@Suite struct PairLossLawTests {
  private func pair(_ count: Int, _ width: Int) throws -> (Tensor, Tensor) {
    (try Tensor.randn([count, width], .float64), try Tensor.randn([count, width], .float64))
  }

  /// Identical pairs that are orthogonal to all others: −1/τ + log(2N − 2).
  @Test func decoupledContrastOfOrthogonalSamples() throws {
    let z = try Tensor.eye(4, .float64)
    expectClose([try DecoupledContrast(temperature: 0.5)(z, z).item()], [-2 + log(6)], absolute: 1e-12)
  }

  /// exp(NT-Xent) = 1 + exp(decoupled) for one anchor; for equal anchors for all.
  @Test func decoupledContrastIsNTXentWithoutThePositiveBelow() throws {
    let z = try Tensor.eye(5, .float64)
    let whole = try NTXent(temperature: 0.3)(z, z).item()
    let decoupled = try DecoupledContrast(temperature: 0.3)(z, z).item()
    expectClose([exp(whole)], [1 + exp(decoupled)], absolute: 1e-12)
  }

  @Test func supervisedContrastWithoutClassesIsNTXent() throws {
    try Runtime.seed(6)
    let (a, b) = try pair(7, 4)
    let unknown = try Tensor([Int64](repeating: -1, count: 7))
    expectClose(
      [try SupervisedContrast(temperature: 0.2)(a, b, classes: unknown).item()],
      [try NTXent(temperature: 0.2)(a, b).item()], absolute: 1e-12)
    // Each in a class of its own.
    expectClose(
      [try SupervisedContrast(temperature: 0.2)(a, b, classes: .arange(7)).item()],
      [try NTXent(temperature: 0.2)(a, b).item()], absolute: 1e-12)
  }

  @Test func namesOfClassesDoNotMatter() throws {
    try Runtime.seed(7)
    let (a, b) = try pair(6, 4)
    let loss = SupervisedContrast(temperature: 0.2)
    expectClose(
      [try loss(a, b, classes: Tensor([Int64]([0, 1, 1, 2, 0, 0]))).item()],
      [try loss(a, b, classes: Tensor([Int64]([9, 0, 0, 4, 9, 9]))).item()], absolute: 1e-12)
    #expect(throws: TorchError.self) { try loss(a, b, classes: Tensor([Int64]([0, 1]))) }
    #expect(throws: TorchError.self) { try loss(a, b, classes: Tensor([Float]([0, 1, 1, 2, 0, 0]))) }
  }

  /// Tiles of one row, of a few, of a number that leaves a rest, and of all rows.
  @Test(arguments: [1, 26, 40, 65]) func tilesDoNotMatter(_ tileSize: Int) throws {
    try Runtime.seed(8)
    let (a, b) = try pair(13, 5)
    let classes = try Tensor((0..<13).map { Int64($0 % 4 - 1) })
    let size = TileSize(elements: tileSize, leastRows: 1)
    let inTiles: [PairLossTests.Loss] = [
      DecoupledContrast(temperature: 0.2, tiles: size).callAsFunction,
      { try SupervisedContrast(temperature: 0.2, tiles: size)($0, $1, classes: classes) },
    ]
    let whole: [PairLossTests.Loss] = [
      DecoupledContrast(temperature: 0.2).callAsFunction,
      { try SupervisedContrast(temperature: 0.2)($0, $1, classes: classes) },
    ]
    for (one, other) in zip(inTiles, whole) {
      let results = try [one, other].map { loss -> ([Double], [Double]) in
        let (x, y) = (try a.clone().requireGrad(), try b.clone().requireGrad())
        let value = try loss(x, y)
        try value.backward()
        let gradients = try [x, y].flatMap { try #require(try $0.grad()).values() as [Double] }
        return ([try value.item()], gradients)
      }
      expectClose(results[0].0, results[1].0, absolute: 1e-12)
      expectClose(results[0].1, results[1].1, absolute: 1e-12)
    }
  }

  /// A key that is the query, orthogonal to a queue of K: log(1 + K e^(−1/τ)).
  @Test func queueContrastOfOrthogonalKeys() throws {
    let z = try Tensor.eye(8, .float64)
    let (keys, queue) = (try z.rows(0..<3), try z.rows(3..<8))
    expectClose(
      [try QueueContrast(temperature: 0.5)(keys * 4, keys * 0.1, queue: queue).item()], [log(1 + 5 * exp(-2))],
      absolute: 1e-12)
  }

  @Test func cosineOfTheSameAndOfTheOpposite() throws {
    try Runtime.seed(9)
    let z = try Tensor.randn([5, 4], .float64)
    expectClose([try NegativeCosine()(z * 3, z).item()], [-1], absolute: 1e-12)
    expectClose([try NegativeCosine()(z * -2, z).item()], [1], absolute: 1e-12)
  }

  /// Two dimensions that are the same: Σ(1 − 1)² + λ · 2 · 1, but for ε.
  @Test func correlationOfARepeatedDimension() throws {
    let column = try Tensor([Double]([1, -1, 2, -2, 0]), shape: [5, 1])
    let z = try concatenate([column * 100, column * 7], dimension: 1).to(dtype: .float64)
    expectClose([try CrossCorrelation(redundancyWeight: 0.3)(z, z).item()], [0.6], absolute: 1e-5)
    // Nor do shift and scale of a dimension matter.
    expectClose([try CrossCorrelation(redundancyWeight: 0.3)(z + 5, z * 3).item()], [0.6], absolute: 1e-5)
  }

  /// Constant embeddings cost the whole variance term, μ(1 − √1e-4), and nothing else.
  @Test func varianceOfACollapse() throws {
    let z = try Tensor.ones([6, 4], .float64)
    expectClose([try VarianceInvarianceCovariance()(z, z).item()], [25 * (1 - 0.01)], absolute: 1e-12)
  }
}
