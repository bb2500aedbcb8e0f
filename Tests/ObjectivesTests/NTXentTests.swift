import Foundation
import TestSupport
import Testing
import Torch

@testable import Objectives

@Suite struct NTXentTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let count: Int
      let width: Int
      let temperature: Double
      let viewA: [[Double]]
      let viewB: [[Double]]
      let loss: Double
      let gradientA: [[Double]]
      let gradientB: [[Double]]
    }
    let cases: [Case]
  }

  /// Against an explicit loop in float64, differentiated by PyTorch: `Golden/nt_xent.py`.
  @Test func valueAndGradientsAgreeWithTheOracle() throws {
    let golden: Golden = try golden("nt_xent.json", in: .module)
    #expect(golden.cases.count >= 6)
    for test in golden.cases {
      let shape = [test.count, test.width]
      let a = try Tensor(test.viewA.flatMap { $0 }, shape: shape).requireGrad()
      let b = try Tensor(test.viewB.flatMap { $0 }, shape: shape).requireGrad()
      let loss = try NTXent(temperature: test.temperature)(a, b)
      try loss.backward()
      let scale = max(1, abs(test.loss))
      expectClose([try loss.item()], [test.loss], absolute: 1e-6 * scale)
      expectClose(try #require(try a.grad()).values(), test.gradientA.flatMap { $0 }, absolute: 1e-6)
      expectClose(try #require(try b.grad()).values(), test.gradientB.flatMap { $0 }, absolute: 1e-6)
    }
  }

  @Test func viewsMayBeExchanged() throws {
    try Runtime.seed(1)
    let (a, b) = (try Tensor.randn([6, 4], .float64), try Tensor.randn([6, 4], .float64))
    let loss = NTXent(temperature: 0.3)
    expectClose([try loss(a, b).item()], [try loss(b, a).item()], absolute: 1e-12)
  }

  @Test func lengthsOfEmbeddingsDoNotMatter() throws {
    try Runtime.seed(2)
    let (a, b) = (try Tensor.randn([5, 4], .float64), try Tensor.randn([5, 4], .float64))
    let loss = NTXent(temperature: 0.3)
    expectClose([try loss(a * 7, b * 0.01).item()], [try loss(a, b).item()], absolute: 1e-12)
  }

  /// Identical pairs that are orthogonal to all others: −log( e^(1/τ) / (e^(1/τ) + 2N − 2) ).
  @Test func closedFormForOrthogonalSamples() throws {
    let z = try Tensor.eye(4, .float64)
    let temperature = 0.5
    let expected = log(1 + 6 * exp(-1 / temperature))
    expectClose([try NTXent(temperature: temperature)(z, z).item()], [expected], absolute: 1e-12)
  }

  /// Tiles of one row, of a few, of a number that leaves a rest, and of all rows give what the whole matrix gives.
  @Test(arguments: [1, 26, 40, 65, 1 << 22]) func tilesDoNotMatter(_ tileSize: Int) throws {
    try Runtime.seed(4)
    let (a, b) = (
      try Tensor.randn([13, 5], .float64).requireGrad(), try Tensor.randn([13, 5], .float64).requireGrad()
    )
    let expected = try wholeMatrix(a, b, temperature: 0.2)
    try expected.backward()
    let gradients = try [a, b].map { try #require(try $0.grad()).values() as [Double] }
    for leaf in [a, b] { try leaf.clearGrad() }

    let loss = try NTXent(temperature: 0.2, tiles: TileSize(elements: tileSize, leastRows: 1))(a, b)
    // What arrives from further up is passed on.
    try (loss * 3).backward()
    expectClose([try loss.item()], [try expected.item()], absolute: 1e-12)
    for (leaf, gradient) in zip([a, b], gradients) {
      expectClose(try #require(try leaf.grad()).values(), gradient.map { 3 * $0 }, absolute: 1e-12)
    }
  }

  /// The definition, with the matrix whole and the gradient from the tape.
  private func wholeMatrix(_ a: Tensor, _ b: Tensor, temperature: Double) throws -> Tensor {
    let z = try normalized(concatenate([a, b]))
    let count = a.shape[0]
    let similarity = try (z.matmul(z.transposed()) / temperature)
      .filled(where: Tensor.eye(2 * count, .bool), with: -.infinity)
    let partners = (0..<2 * count).map { Int64(($0 + count) % (2 * count)) }
    return try crossEntropy(similarity, Tensor(partners, shape: [2 * count]))
  }

  @Test func withoutGradientsNothingIsRecorded() throws {
    try Runtime.seed(5)
    let a = try Tensor.randn([6, 4]).requireGrad()
    let value = try noGrad { try NTXent(temperature: 0.3)(a, a) }
    #expect(!value.requiresGrad)
    expectClose([try value.item()], [try NTXent(temperature: 0.3)(a, a).item()], absolute: 1e-7)
  }

  @Test func nothingLeaks() throws {
    try expectNoLeak {
      let a = try Tensor.randn([6, 4]).requireGrad()
      try NTXent(temperature: 0.3)(a, a * 2).backward()
    }
  }

  @Test func lowPrecisionEmbeddingsAreComparedInFloat32() throws {
    try Runtime.seed(3)
    let a = try Tensor.randn([8, 16]).to(dtype: .bfloat16)
    let loss = try NTXent(temperature: 0.1)(a, a)
    #expect(loss.dtype == .float32)
  }

  @Test func impossibleBatchesAreRefused() throws {
    let loss = NTXent(temperature: 0.1)
    let one = try Tensor.ones([1, 4])
    #expect(throws: TorchError.self) { try loss(one, one) }
    #expect(throws: TorchError.self) { try loss(Tensor.ones([4, 4]), Tensor.ones([3, 4])) }
  }
}
