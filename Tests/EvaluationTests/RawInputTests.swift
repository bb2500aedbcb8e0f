import Measures
import Testing
import Torch

@testable import Evaluation

/// Raw input as a probe takes it: all its values, or of very many the leading axes.
@Suite struct RawInputTests {
  /// Two classes that differ along one of three directions, spread over `width` values.
  private func samples(_ count: Int, width: Int) throws -> (Tensor, [Int]) {
    try Runtime.seed(3)
    let labels = (0..<count).map { $0 % 2 }
    let hidden = try Tensor.randn([count, 3]) + Tensor(labels.map { Float($0) * 4 }, shape: [count, 1])
    let noise = try Tensor.randn([count, width])
    return (try hidden.matmul(.randn([3, width])) + noise * 0.1, labels)
  }

  @Test func fewValuesAreTakenAsTheyAre() throws {
    let (features, _) = try samples(20, width: 40)
    let raw = try RawInput(features, of: Array(0..<20), training: Array(0..<16), outputCount: 2)
    #expect(raw.note == nil && raw.standardizes)
    #expect(try raw.probed[[3]].shape == [1, 40])
    // Of many samples and classes too, a probe of as many values as a network has features is left as it is.
    #expect(try RawInput(features, of: Array(0..<20), training: Array(0..<16), outputCount: 1_000_000_000).note == nil)
  }

  @Test func manyValuesAreSeenAlongTheirAxes() throws {
    let (features, labels) = try samples(60, width: 4000)
    let training = Array(0..<40)
    let raw = try RawInput(features, of: Array(0..<60), training: training, outputCount: 2)
    #expect(raw.note?.contains("its 4,000 values along their 39 leading principal axes") == true, "\(raw.note ?? "")")
    #expect(!raw.standardizes)
    #expect(try raw.vectors[[0]].shape == [1, 4000] && raw.probed[[0]].shape == [1, 39])
    let classes = ["a", "b"]
    let targets: [[Float]] = labels.map { $0 == 0 ? [1, 0] : [0, 1] }
    let probe = try LinearProbe(
      raw.probed[training], targets: training.map { targets[$0] }, kind: .oneOf(classes), standardizes: raw.standardizes
    )
    let test = Array(40..<60)
    let result = try PredictionMetrics(
      probe.predictions(for: raw.probed[test], kind: .oneOf(classes)), targets: test.map { targets[$0] },
      kind: .oneOf(classes))
    #expect(try #require(result.accuracy).value > 0.9)
    // Training samples alone decide the axes.
    let changed = try concatenate([features.rows(0..<40), features.rows(40..<60) * 100])
    let other = try RawInput(changed, of: Array(0..<60), training: training, outputCount: 2)
    let (one, same) = (try raw.probed[training], try other.probed[training])
    #expect(try (one - same).magnitude().values(as: Float.self).allSatisfy { $0 < 1e-3 })
  }
}
