import Foundation
import Torch

/// k-means: samples divided among centres, each to the nearest one (Lloyd 1982), started by k-means++ (Arthur and
/// Vassilvitskii 2007).
///
/// Distances are Euclidean; between rows of unit length they order as cosines do. Deterministic for a seed.
package struct KMeans {
  /// The centre of each sample, from 0 to the number of centres − 1.
  package let assignments: [Int]
  /// [centres, features]
  package let centres: Tensor
  /// The mean of the squared distances of the samples from their centres.
  package let inertia: Double

  /// - Parameters:
  ///   - features: [samples, features], at least one sample; finite.
  ///   - count: the number of centres, from 1 to the number of samples.
  ///   - seed: decides where centres start.
  ///   - mostRounds: how often centres move at most; below 1 counts as 1.
  ///   - starts: how often it starts anew; below 1 counts as 1. The result of least inertia is kept, because each start
  ///     only finds a division that no single move improves.
  /// - Throws: `MeasureError` where one of these conditions does not hold.
  package init(
    of features: Tensor, count: Int, seed: UInt64 = 0, mostRounds: Int = 50, starts: Int = 4
  ) throws(MeasureError) {
    var best = try KMeans(startingOnceOn: features, count: count, seed: seed, mostRounds: mostRounds)
    for start in 1..<max(2, starts) where count > 1 {
      let next = try KMeans(startingOnceOn: features, count: count, seed: seed &+ UInt64(start), mostRounds: mostRounds)
      if next.inertia < best.inertia { best = next }
    }
    self = best
  }

  /// For many samples: centres are looked for among at most `limit` of them, drawn at random, and each sample then goes to
  /// the nearest one. With at most `limit` samples the same as without.
  package init(
    of features: Tensor, count: Int, seed: UInt64 = 0, mostRounds: Int = 50, starts: Int = 4, fittingOn limit: Int
  ) throws(MeasureError) {
    let (rows, _) = try checkMatrix("features", features)
    guard rows > max(limit, count) else {
      try self.init(of: features, count: count, seed: seed, mostRounds: mostRounds, starts: starts)
      return
    }
    let fitted = max(limit, count)
    // Drawn at random, not at even steps: data may be in a repeating order of classes.
    var random = RandomSource(seed: seed)
    var order = (0..<Int64(rows)).map(\.self)
    for place in 0..<fitted { order.swapAt(place, place + random.next(below: rows - place)) }
    let some = order.prefix(fitted).sorted()
    let part = try computing { () throws(TorchError) in try features.indexed(by: Tensor(some)) }
    let few = try KMeans(of: part, count: count, seed: seed, mostRounds: mostRounds, starts: starts)
    let (assignments, inertia) = try computing { () throws(TorchError) in
      let squares = try few.centres.squared().sum([1]).unsqueezed(0)
      let across = try few.centres.transposed()
      var found: [Int] = []
      var total = 0.0
      // A tile at a time, for all distances would be rows × centres.
      for start in stride(from: 0, to: rows, by: Self.tileRows) {
        let points = try features.rows(start..<min(start + Self.tileRows, rows)).detach()
          .to(dtype: .float32, device: .cpu)
        let lengths = try points.squared().sum([1]).unsqueezed(1)
        let distances = try (lengths - points.matmul(across) * 2 + squares).clamped(atLeast: 0)
        let (negated, places) = try (-distances).max(1)
        found += try places.values(as: Int64.self).map(Int.init)
        total -= try negated.values(as: Double.self).reduce(0, +)
      }
      return (found, total / Double(rows))
    }
    self.init(assignments: assignments, centres: few.centres, inertia: inertia)
  }

  private init(assignments: [Int], centres: Tensor, inertia: Double) {
    self.assignments = assignments
    self.centres = centres
    self.inertia = inertia
  }

  private static let tileRows = 8192

  /// From a single start.
  private init(startingOnceOn features: Tensor, count: Int, seed: UInt64, mostRounds: Int) throws(MeasureError) {
    let (rows, width) = try checkMatrix("features", features)
    guard (1...rows).contains(count) else {
      throw .parameter("count", found: "\(count)", expected: "from 1 to the \(rows) samples")
    }
    var random = RandomSource(seed: seed)
    (assignments, centres, inertia) = try computing { () throws(TorchError) in
      let points = try features.detach().to(dtype: .float32, device: .cpu)
      let squares = try points.squared().sum([1])
      /// Squared distances [samples, centres], not below 0.
      func distances(to centres: Tensor) throws(TorchError) -> Tensor {
        let products = try points.matmul(centres.transposed())
        return try (squares.unsqueezed(1) - products * 2 + centres.squared().sum([1]).unsqueezed(0)).clamped(atLeast: 0)
      }
      var chosen = [random.next(below: rows)]
      var nearest = try distances(to: points.rows(chosen[0]..<chosen[0] + 1)).values(as: Double.self)
      while chosen.count < count {
        let total = nearest.reduce(0, +)
        var left = random.uniform() * total
        // Where all samples are chosen or copies of chosen ones, any other will do.
        var next = nearest.indices.first { !chosen.contains($0) } ?? 0
        if total > 0 {
          for (row, distance) in nearest.enumerated() where distance > 0 {
            next = row
            left -= distance
            if left <= 0 { break }
          }
        }
        chosen.append(next)
        let further = try distances(to: points.rows(next..<next + 1)).values(as: Double.self)
        for row in nearest.indices { nearest[row] = min(nearest[row], further[row]) }
      }
      var centres = try points.indexed(by: Tensor(chosen.map(Int64.init)))
      var assignments = [Int](repeating: -1, count: rows)
      var inertia = 0.0
      for _ in 0..<max(1, mostRounds) {
        let (negated, places) = try (-distances(to: centres)).max(1)
        let found = try places.values(as: Int64.self).map(Int.init)
        let reached = try negated.values(as: Double.self)
        inertia = -reached.reduce(0, +) / Double(rows)
        if found == assignments { break }
        assignments = found
        centres = try Self.means(of: points, found, count: count, width: width, keeping: centres)
      }
      return (assignments, centres, inertia)
    }
  }

  /// A centre that nothing is nearest to stays where it is.
  private static func means(
    of points: Tensor, _ assignments: [Int], count: Int, width: Int, keeping old: Tensor
  ) throws(TorchError) -> Tensor {
    let members = try Tensor(assignments.map(Int64.init), shape: [assignments.count, 1])
    let oneHot = try members.equals(Tensor.arange(count)).to(dtype: .float32)
    let counts = try oneHot.sum([0]).unsqueezed(1)
    let sums = try oneHot.transposed().matmul(points)
    let isEmpty = try counts.equals(0)
    return try (sums / counts.clamped(atLeast: 1)).filled(where: isEmpty, with: 0)
      + old.filled(where: isEmpty.equals(0), with: 0)
  }
}
