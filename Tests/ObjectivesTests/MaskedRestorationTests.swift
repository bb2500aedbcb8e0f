import Foundation
import Objectives
import TestSupport
import Testing
import Torch

@Suite struct MaskedRestorationTests {
  /// Against the two sums written out, and finite differences of them.
  @Test func valueAndGradientsAgreeWithTheFormula() throws {
    try Runtime.seed(5)
    let (rows, columns, inputs) = (4, 3, 5)
    let logits = try (Tensor.randn([rows, columns], .float64) * 3).values(as: Double.self)
    let mask = (0..<rows * columns).map { Double($0 * 7 % 3 == 0 ? 1 : 0) }
    let restored = try Tensor.rand([rows, inputs], .float64).values(as: Double.self)
    let original = try Tensor.rand([rows, inputs], .float64).values(as: Double.self)
    func expected(_ logits: [Double], _ restored: [Double]) -> Double {
      var found = 0.0
      for (logit, isReplaced) in zip(logits, mask) {
        let probability = 1 / (1 + exp(-logit))
        found -= isReplaced == 1 ? log(probability) : log(1 - probability)
      }
      var error = 0.0
      for (guess, truth) in zip(restored, original) { error += (guess - truth) * (guess - truth) }
      return found / Double(logits.count) + 2.5 * error / Double(restored.count)
    }
    let l = try Tensor(logits, shape: [rows, columns]).requireGrad()
    let r = try Tensor(restored, shape: [rows, inputs]).requireGrad()
    let loss = try MaskedRestoration(featureWeight: 2.5)(
      maskLogits: l, mask: Tensor(mask, shape: [rows, columns]), restored: r,
      original: Tensor(original, shape: [rows, inputs]))
    try loss.backward()
    expectClose([try loss.item()], [expected(logits, restored)], absolute: 1e-12)
    func slopes(_ values: [Double], _ f: ([Double]) -> Double) -> [Double] {
      values.indices.map { index in
        var (above, below) = (values, values)
        above[index] += 1e-5
        below[index] -= 1e-5
        return (f(above) - f(below)) / 2e-5
      }
    }
    expectClose(
      try #require(try l.grad()).values(), slopes(logits) { expected($0, restored) }, absolute: 1e-8)
    expectClose(
      try #require(try r.grad()).values(), slopes(restored) { expected(logits, $0) }, absolute: 1e-8)
  }

  @Test func shapesThatDifferAreRefused() throws {
    let a = try Tensor.zeros([2, 3])
    let b = try Tensor.zeros([2, 4])
    let loss = MaskedRestoration(featureWeight: 1)
    #expect(throws: TorchError.self) { try loss(maskLogits: a, mask: b, restored: a, original: a) }
    #expect(throws: TorchError.self) { try loss(maskLogits: a, mask: a, restored: a, original: b) }
  }
}
