import Foundation
import TestSupport
import Testing
import Torch

@testable import Objectives

/// Contrastive losses in float32 where the views of a sample nearly agree, as late in training: the probability of the
/// positive is nearly 1 there, and what is left of loss and gradient must not be rounding error.
@Suite struct AgreeingViewsTests {
  struct Batch: CustomTestStringConvertible, Sendable {
    let count: Int
    let width: Int
    let temperature: Double
    /// The length of the difference of two views, relative to theirs.
    let distance: Double

    var testDescription: String { "N \(count), D \(width), τ \(temperature), distance \(distance)" }

    /// Views in float32, and the same values in float64.
    func views() throws -> (first: Tensor, second: Tensor) {
      try Runtime.seed(21)
      let first = try normalized(Tensor.randn([count, width]))
      let noise = try normalized(Tensor.randn([count, width]))
      return (first, try first + noise * distance)
    }
  }

  static let batches: [Batch] =
    [0.5, 0.1, 0.07, 0.02, 0.01].flatMap { temperature in
      [0.1, 0.01].flatMap { distance in
        [(256, 128), (64, 16)].map { count, width in
          Batch(count: count, width: width, temperature: temperature, distance: distance)
        }
      }
    } + [Batch(count: 512, width: 2048, temperature: 0.07, distance: 0.01)]

  private func results(
    _ loss: (Tensor, Tensor) throws -> Tensor, _ views: (first: Tensor, second: Tensor), _ dtype: DType
  ) throws -> (value: Double, gradient: [Double]) {
    let leaves = try [views.first, views.second].map { try $0.to(dtype: dtype).detach().clone().requireGrad() }
    let value = try loss(leaves[0], leaves[1])
    try value.backward()
    return (try value.item(), try leaves.flatMap { try $0.grad()?.values() as [Double]? ?? [] })
  }

  /// log(1 + Σ_{k≠p} exp(Sₖ − S_p)) with the whole matrix, differentiated by the tape.
  private static func oracle(_ similarity: Tensor, own: Tensor, isLeftOut: Tensor) throws -> Tensor {
    try softplus((similarity - own).filled(where: isLeftOut, with: -.infinity).logSumExp(1)).mean()
  }

  private static func ntXent(_ a: Tensor, _ b: Tensor, temperature: Double) throws -> Tensor {
    let (x, y) = (try normalized(a), try normalized(b))
    let z = try concatenate([x, y])
    let own = try (concatenate([x, y]) * concatenate([y, x])).sum([1], keep: true) / temperature
    let one = try Tensor.eye(a.shape[0], .float32)
    let isLeftOut = try concatenate([concatenate([one, one], dimension: 1), concatenate([one, one], dimension: 1)])
    return try oracle(z.matmul(z.transposed()) / temperature, own: own, isLeftOut: isLeftOut.equals(1))
  }

  private func expectNear(
    _ loss: (Tensor, Tensor) throws -> Tensor, _ exact: (Tensor, Tensor) throws -> Tensor, _ batch: Batch
  ) throws {
    let views = try batch.views()
    let found = try results(loss, views, .float32)
    let expected = try results(exact, views, .float64)
    // A similarity of 1 has an error of a few 1e-7, which the temperature magnifies and the loss then carries.
    let rounding = 1e-6 / batch.temperature
    expectClose([found.value], [expected.value], absolute: 1e-30, relative: rounding)
    let length = expected.gradient.map { $0 * $0 }.reduce(0, +).squareRoot()
    let difference = zip(found.gradient, expected.gradient).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
    // The gradient of the direction of z is what is left of two nearly parallel vectors.
    #expect(difference <= rounding / batch.distance * length + 1e-30, "\(difference / length) of \(length)")
  }

  @Test(arguments: batches) func ntXent(_ batch: Batch) throws {
    try expectNear(
      NTXent(temperature: batch.temperature).callAsFunction,
      { try Self.ntXent($0, $1, temperature: batch.temperature) }, batch)
  }

  /// Without classes, supervised contrast is NT-Xent.
  @Test(arguments: batches) func supervisedContrast(_ batch: Batch) throws {
    let unknown = try Tensor([Int64](repeating: -1, count: batch.count), shape: [batch.count])
    let loss = SupervisedContrast(temperature: batch.temperature)
    try expectNear(
      { try loss($0, $1, classes: unknown) }, { try Self.ntXent($0, $1, temperature: batch.temperature) }, batch)
  }

  @Test(arguments: batches) func infoNCE(_ batch: Batch) throws {
    try expectNear(
      InfoNCE(temperature: batch.temperature).callAsFunction,
      { a, b in
        let (x, y) = (try normalized(a), try normalized(b))
        return try Self.oracle(
          x.matmul(y.transposed()) / batch.temperature, own: (x * y).sum([1], keep: true) / batch.temperature,
          isLeftOut: .eye(batch.count, .bool))
      }, batch)
  }

  @Test(arguments: batches) func queueContrast(_ batch: Batch) throws {
    try Runtime.seed(22)
    let queue = try normalized(Tensor.randn([300, batch.width]))
    let loss = QueueContrast(temperature: batch.temperature)
    try expectNear(
      { try loss($0, $1, queue: queue.to(dtype: $0.dtype)) },
      { a, b in
        let (x, y) = (try normalized(a), try normalized(b.detach()))
        let similarity = try x.matmul(queue.to(dtype: .float64).transposed()) / batch.temperature
        return try Self.oracle(
          similarity, own: (x * y).sum([1], keep: true) / batch.temperature,
          isLeftOut: similarity.equals(.infinity))
      }, batch)
  }
}
