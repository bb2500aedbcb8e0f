import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Series

@Suite struct HierarchicalContrastTests {
  /// [series][step][feature]
  private typealias Representation = [[[Double]]]

  private func numbers(_ series: Int, _ steps: Int, _ width: Int, salt: Double) -> Representation {
    func number(_ i: Int, _ t: Int, _ d: Int) -> Double { 1.3 * sin(salt + Double(i * 31 + t * 7 + d * 3)) }
    return (0..<series).map { i in (0..<steps).map { t in (0..<width).map { d in number(i, t, d) } } }
  }

  private func tensor(_ z: Representation, _ dtype: DType = .float64) throws -> Tensor {
    let (series, steps, width) = (z.count, z[0].count, z[0][0].count)
    return try Tensor(z.flatMap { $0.flatMap(\.self) }, shape: [series, steps, width]).transposed(1, 2).contiguous()
      .to(dtype: dtype)
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// The formulas of the paper in plain loops.
  ///
  /// - Parameter tau: of soft targets over time; nil where a step has one partner.
  private func loss(_ first: Representation, _ second: Representation, tau: Double? = nil) -> Double {
    var (a, b) = (first, second)
    var levels: [Double] = []
    while true {
      let (series, steps) = (a.count, a[0].count)
      var (instance, temporal) = (0.0, 0.0)
      for (own, other) in [(a, b), (b, a)] {
        for i in 0..<series {
          for t in 0..<steps {
            let pair = dot(own[i][t], other[i][t])
            var sum = 0.0
            for j in 0..<series {
              sum += exp(dot(own[i][t], other[j][t])) + (j == i ? 0 : exp(dot(own[i][t], own[j][t])))
            }
            instance += log(sum) - pair
            sum = 0
            for s in 0..<steps {
              sum += exp(dot(own[i][t], other[i][s])) + (s == t ? 0 : exp(dot(own[i][t], own[i][s])))
            }
            guard let tau else {
              temporal += log(sum) - pair
              continue
            }
            let sharpness = tau * pow(2, Double(levels.count))
            for s in 0..<steps {
              let weight = 2 / (1 + exp(sharpness * Double(abs(t - s))))
              temporal += weight * (log(sum) - dot(own[i][t], other[i][s]))
              if s != t { temporal += weight * (log(sum) - dot(own[i][t], own[i][s])) }
            }
          }
        }
      }
      let count = Double(2 * series * steps)
      levels.append(
        (series > 1 ? 0.5 * instance / count : 0) + (steps > 1 ? 0.5 * temporal / count : 0))
      if steps == 1 { return levels.reduce(0, +) / Double(levels.count) }
      func pooled(_ z: Representation) -> Representation {
        z.map { row in (0..<steps / 2).map { t in zip(row[2 * t], row[2 * t + 1]).map { max($0, $1) } } }
      }
      (a, b) = (pooled(a), pooled(b))
    }
  }

  /// In tiles of all sizes, down to a row at a time.
  @Test(arguments: [(4, 13, 5), (3, 8, 2), (1, 6, 3), (5, 1, 4), (2, 2, 1)], [1, 40, 300, 1 << 20])
  func itIsThatOfThePaper(shape: (Int, Int, Int), elements: Int) throws {
    let (a, b) = (
      numbers(shape.0, shape.1, shape.2, salt: 0.3), numbers(shape.0, shape.1, shape.2, salt: 1.1)
    )
    let found = try HierarchicalContrast(elements: elements)(tensor(a), tensor(b)).item()
    expectClose([found], [loss(a, b)], absolute: 1e-12, relative: 1e-12)
    let single = try HierarchicalContrast(elements: elements)(tensor(a, .float32), tensor(b, .float32)).item()
    expectClose([single], [loss(a, b)], absolute: 1e-6, relative: 1e-5)
  }

  /// The gradient of the tiles against differences of the value.
  @Test(arguments: [1, 50, 1 << 20]) func theGradientIsExact(elements: Int) throws {
    let (a, b) = (numbers(3, 5, 2, salt: 0.4), numbers(3, 5, 2, salt: 2.2))
    let (x, y) = (try tensor(a).requireGrad(), try tensor(b).requireGrad())
    try HierarchicalContrast(elements: elements)(x, y).backward()
    let found = try [x, y].map { try #require(try $0.grad()).transposed(1, 2).contiguous().values(as: Double.self) }
    let step = 1e-5
    for (view, gradient) in found.enumerated() {
      var expected: [Double] = []
      for i in 0..<3 {
        for t in 0..<5 {
          for d in 0..<2 {
            let values = [1.0, -1.0].map { sign -> Double in
              var pair = [a, b]
              pair[view][i][t][d] += sign * step
              return loss(pair[0], pair[1])
            }
            expected.append((values[0] - values[1]) / (2 * step))
          }
        }
      }
      expectClose(gradient, expected, absolute: 1e-8, relative: 1e-6)
    }
  }

  /// SoftCLT's targets over time, in tiles of all sizes.
  @Test(arguments: [0.2, 1.5], [1, 40, 300, 1 << 20]) func softTargetsAreThoseOfThePaper(tau: Double, elements: Int)
    throws
  {
    for shape in [(4, 13, 5), (1, 6, 3), (2, 2, 1)] {
      let (a, b) = (numbers(shape.0, shape.1, shape.2, salt: 0.3), numbers(shape.0, shape.1, shape.2, salt: 1.1))
      let found = try HierarchicalContrast(elements: elements, sharpness: tau)(tensor(a), tensor(b)).item()
      expectClose([found], [loss(a, b, tau: tau)], absolute: 1e-12, relative: 1e-12)
    }
    let (a, b) = (numbers(3, 5, 2, salt: 0.4), numbers(3, 5, 2, salt: 2.2))
    let (x, y) = (try tensor(a).requireGrad(), try tensor(b).requireGrad())
    try HierarchicalContrast(elements: elements, sharpness: tau)(x, y).backward()
    let gradients = try [x, y].map { try #require(try $0.grad()).transposed(1, 2).contiguous().values(as: Double.self) }
    for (view, gradient) in gradients.enumerated() {
      for place in [0, 7, 13, 29] {
        let (i, t, d) = (place / 10, place / 2 % 5, place % 2)
        let values = [1.0, -1.0].map { sign -> Double in
          var pair = [a, b]
          pair[view][i][t][d] += sign * 1e-5
          return loss(pair[0], pair[1], tau: tau)
        }
        #expect(abs(gradient[place] - (values[0] - values[1]) / 2e-5) < 1e-7)
      }
    }
  }

  /// Infinitely sharp targets are those of TS2Vec.
  @Test func sharpTargetsHaveOnePartner() throws {
    let (a, b) = (try tensor(numbers(3, 7, 4, salt: 0.2)), try tensor(numbers(3, 7, 4, salt: 0.9)))
    let (soft, hard) = try (HierarchicalContrast(sharpness: 500)(a, b).item(), HierarchicalContrast()(a, b).item())
    #expect(abs(soft - hard) < 1e-12)
  }

  /// Large products: exponentials would overflow without a shift.
  @Test func largeRepresentationsStayFinite() throws {
    let a = numbers(2, 4, 3, salt: 0).map { $0.map { $0.map { $0 * 60 } } }
    let x = try tensor(a, .float32).requireGrad()
    let y = try tensor(a, .float32)
    let value = try HierarchicalContrast()(x, y)
    try value.backward()
    let isFinite = try value.item().isFinite
    #expect(isFinite)
    let gradient = try #require(try x.grad()).values(as: Double.self)
    let areFinite = gradient.allSatisfy { $0.isFinite }
    #expect(areFinite)
  }

  /// Twice as many steps take twice as much memory, and not four times as much.
  @Test func memoryGrowsAsTheSteps() throws {
    func peak(_ steps: Int) throws -> Double {
      let a = try tensor(numbers(2, steps, 8, salt: 0.1), .float32)
      let watch = try MemoryWatch()
      let x = try a.clone().requireGrad()
      try HierarchicalContrast(elements: 4096)(x, a).backward()
      return Double(watch.takePeak())
    }
    let (short, long) = (try peak(256), try peak(512))
    #expect(long < 2.3 * short, "\(long / short)")
    // A matrix of all pairs of steps alone would be so large.
    #expect(long < 4 * 1024 * 1024)
  }

  /// Where both neighbours are equal, as zeros of dropout are, the gradient is shared between them.
  @Test func theGreaterNeighbourStays() throws {
    let x = try Tensor([Float(1), 3, 2, 2, 5], shape: [1, 1, 5]).requireGrad()
    let found = try halved(x)
    let values = try found.values(as: Float.self)
    #expect(values == [3, 2])
    try found.sum().backward()
    let gradient = try #require(try x.grad()).values(as: Float.self)
    #expect(gradient == [0, 1, 0.5, 0.5, 0])
  }

  @Test func otherShapesAreRefused() throws {
    let a = try tensor(numbers(2, 4, 3, salt: 0))
    #expect(throws: TorchError.self) { try HierarchicalContrast()(a, a.narrowed(2, 0..<3)) }
    #expect(throws: TorchError.self) { try HierarchicalContrast()(a.selected(0, 0), a.selected(0, 0)) }
  }

  @Test func nothingLeaks() throws {
    let a = try tensor(numbers(2, 9, 3, salt: 0), .float32)
    try expectNoLeak {
      let x = try a.clone().requireGrad()
      try HierarchicalContrast(elements: 16)(x, a).backward()
    }
  }
}
