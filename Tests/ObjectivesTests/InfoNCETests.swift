import Foundation
import Objectives
import TestSupport
import Testing
import Torch

@Suite struct InfoNCETests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let count: Int
      let width: Int
      let temperature: Double
      let anchors: [[Double]]
      let candidates: [[Double]]
      let loss: Double
      let scarf: Double
      let gradientAnchors: [[Double]]
      let gradientCandidates: [[Double]]
    }
    let cases: [Case]
  }

  /// Against SCARF's algorithm in explicit loops in float64, differentiated by PyTorch: `Golden/info_nce.py`.
  @Test func valueAndGradientsAgreeWithTheOracle() throws {
    let golden: Golden = try golden("info_nce.json", in: .module)
    #expect(golden.cases.count >= 6)
    for test in golden.cases {
      let shape = [test.count, test.width]
      let a = try Tensor(test.anchors.flatMap { $0 }, shape: shape).requireGrad()
      let c = try Tensor(test.candidates.flatMap { $0 }, shape: shape).requireGrad()
      let loss = try InfoNCE(temperature: test.temperature)(a, c)
      try loss.backward()
      expectClose([try loss.item()], [test.loss], absolute: 1e-6)
      expectClose([try loss.item() - log(Double(test.count))], [test.scarf], absolute: 1e-6)
      expectClose(try #require(try a.grad()).values(), test.gradientAnchors.flatMap { $0 }, absolute: 1e-6)
      expectClose(try #require(try c.grad()).values(), test.gradientCandidates.flatMap { $0 }, absolute: 1e-6)
    }
  }

  /// Pairs that are orthogonal to all others: log(1 + (N − 1) e^(−1/τ)).
  @Test func closedFormForOrthogonalSamples() throws {
    let z = try Tensor.eye(5, .float64)
    expectClose(
      [try InfoNCE(temperature: 0.7)(z, z * 3).item()], [log(1 + 4 * exp(-1 / 0.7))], absolute: 1e-12)
  }

  /// One direction only: candidates that all look alike tell nothing, anchors that do still do.
  @Test func directionMatters() throws {
    let z = try Tensor.eye(3, .float64)
    let point = try Tensor([1, 0, 0, 1, 0, 0, 1, 0, 0] as [Double], shape: [3, 3])
    let loss = InfoNCE(temperature: 0.5)
    expectClose([try loss(z, point).item()], [log(3)], absolute: 1e-12)
    #expect(abs(try loss(point, z).item() - log(3)) > 0.1)
  }

  @Test func lowPrecisionEmbeddingsAreComparedInFloat32() throws {
    try Runtime.seed(3)
    let a = try Tensor.randn([8, 16]).to(dtype: .bfloat16)
    #expect(try InfoNCE(temperature: 1)(a, a).dtype == .float32)
  }

  @Test func impossibleBatchesAreRefused() throws {
    let loss = InfoNCE(temperature: 1)
    let one = try Tensor.ones([1, 4])
    #expect(throws: TorchError.self) { try loss(one, one) }
    #expect(throws: TorchError.self) { try loss(Tensor.ones([4, 4]), Tensor.ones([3, 4])) }
  }
}
