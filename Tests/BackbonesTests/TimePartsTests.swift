import Backbones
import TestSupport
import Testing
import Torch

/// Features that say what was when.
@Suite struct TimePartsTests {
  /// The steps of a view [batch, steps, 3] are its own values; the second tensor has how many count.
  private final class Given: StepBackbone {
    let featureCount = 3
    func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor { try view.tensor.mean([1]) }
    func steps(of view: ViewBatch) throws(TorchError) -> (vectors: Tensor, lengths: [Int]) {
      (view.tensor, try view.tensors[1].values(as: Float.self).map { Int($0) })
    }
  }

  /// 40 samples, so that they pass in several batches.
  @Test(arguments: [1, 2, 5, 16]) func eachPartIsTheMeanOfItsSteps(parts: Int) throws {
    let lengths = (0..<40).map { 1 + $0 * 7 % 12 }
    let view = ViewBatch([try .randn([40, 12, 3]), try Tensor(lengths.map { Float($0) }, shape: [40])])
    let features = try TimeParts(parts, of: Given())(view)
    #expect(features.shape == [40, parts * 3])
    let (values, found) = (try view.tensor.values(as: Float.self), try features.values(as: Float.self))
    for (sample, length) in lengths.enumerated() {
      for part in 0..<parts {
        let start = part * length / parts
        let steps = Array(start..<max(start + 1, (part + 1) * length / parts))
        for feature in 0..<3 {
          let expected = steps.reduce(Float(0)) { $0 + values[(sample * 12 + $1) * 3 + feature] } / Float(steps.count)
          #expect(abs(found[(sample * parts + part) * 3 + feature] - expected) < 1e-5)
        }
      }
    }
  }

  /// What stands behind a sample's own steps changes nothing.
  @Test func whatIsNoPartOfASampleDoesNotCount() throws {
    let lengths = try Tensor([Float(5), 8], shape: [2])
    let view = try Tensor.randn([2, 8, 3])
    let changed = try concatenate([view.narrowed(1, 0..<5), Tensor.randn([2, 3, 3])], dimension: 1)
    let network = TimeParts(4, of: Given())
    let (one, other) = try (network(ViewBatch([view, lengths])), network(ViewBatch([changed, lengths])))
    try expectClose(one.rows(0..<1), other.rows(0..<1), absolute: 0)
    #expect(try !one.rows(1..<2).equals(other.rows(1..<2)).allTrue())
  }
}
