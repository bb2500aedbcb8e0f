import Foundation
import Objectives
import TestSupport
import Testing
import Torch

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
