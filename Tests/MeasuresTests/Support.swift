import Torch

/// Numbers that are the same on every run and machine, for test data.
struct TestNumbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

  /// Uniform in [0, 1).
  mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }

  /// Near normal: the sum of twelve uniform numbers.
  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }

  mutating func matrix(_ rows: Int, _ columns: Int) -> [[Double]] {
    (0..<rows).map { _ in (0..<columns).map { _ in normal() } }
  }
}

func tensor(_ rows: [[Double]]) throws -> Tensor {
  try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0])
}

/// Samples around one centre a class, and their labels.
func clusters(_ classCount: Int, _ count: Int, _ width: Int, spread: Double, seed: UInt64) throws -> (Tensor, [Int]) {
  var random = TestNumbers(seed)
  let centres = random.matrix(classCount, width)
  let labels = (0..<count).map { $0 % classCount }
  let rows = labels.map { label in centres[label].map { $0 * spread + random.normal() } }
  return (try tensor(rows), labels)
}
