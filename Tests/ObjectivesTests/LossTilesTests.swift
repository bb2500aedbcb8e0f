import Foundation
import TestSupport
import Testing
import Torch

@testable import Objectives

/// The losses whose matrix is made in tiles, against the whole matrix and the tape.
@Suite struct LossTilesTests {
  typealias Loss = (Tensor, Tensor) throws -> Tensor

  struct Named: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let temperature: Double
    /// In tiles, and with its matrix whole.
    let tiled: @Sendable (TileSize) -> @Sendable (Tensor, Tensor) throws -> Tensor
    let whole: @Sendable (Tensor, Tensor) throws -> Tensor
  }

  static let queueLength = 23

  static func queue(like a: Tensor) throws -> Tensor {
    try normalized(
      Tensor((0..<queueLength * a.shape[1]).map { sin(Double($0 * $0)) }, shape: [queueLength, a.shape[1]])
    )
    .to(dtype: a.dtype)
  }

  /// At the usual temperatures, and at one where exponentials would overflow without a shift.
  static let losses: [Named] = [0.1, 0.5, 0.002].flatMap { temperature in
    [
      Named(testDescription: "NTXent at \(temperature)", temperature: temperature) { size in
        { try NTXent(temperature: temperature, tiles: size)($0, $1) }
      } whole: { a, b in
        let z = try normalized(concatenate([a, b]))
        let count = a.shape[0]
        let similarity = try (z.matmul(z.transposed()) / temperature)
          .filled(where: Tensor.eye(2 * count, .bool), with: -.infinity)
        return try crossEntropy(similarity, Tensor((0..<2 * count).map { Int64(($0 + count) % (2 * count)) }))
      },
      Named(testDescription: "InfoNCE at \(temperature)", temperature: temperature) { size in
        { try InfoNCE(temperature: temperature, tiles: size)($0, $1) }
      } whole: { a, b in
        try crossEntropy(
          normalized(a).matmul(normalized(b).transposed()) / temperature, .arange(a.shape[0]))
      },
      Named(testDescription: "QueueContrast at \(temperature)", temperature: temperature) { size in
        { try QueueContrast(temperature: temperature, tiles: size)($0, $1, queue: queue(like: $0)) }
      } whole: { a, b in
        let (q, k) = (try normalized(a), try normalized(b.detach()))
        let own = try (q * k).sum([1], keep: true)
        let logits = try concatenate([own, q.matmul(queue(like: a).transposed())], dimension: 1) / temperature
        return try crossEntropy(logits, .zeros([a.shape[0]], .int64))
      },
    ]
  }

  private func results(_ loss: Loss, _ a: Tensor, _ b: Tensor) throws -> (value: Double, gradients: [[Double]?]) {
    let (x, y) = (try a.clone().requireGrad(), try b.clone().requireGrad())
    let value = try loss(x, y)
    // What arrives from further up is passed on.
    try (value * 3).backward()
    return (try value.item(), try [x, y].map { try $0.grad()?.values() })
  }

  /// Tiles of one row, of some that leave a rest, and of all rows.
  @Test(arguments: losses, [(1, 1), (60, 1), (1, 5), (1 << 22, 128)])
  func tilesGiveTheWholeMatrix(_ loss: Named, _ size: (elements: Int, leastRows: Int)) throws {
    try Runtime.seed(11)
    let (a, b) = (try Tensor.randn([13, 5], .float64), try Tensor.randn([13, 5], .float64))
    let expected = try results(loss.whole, a, b)
    let tiled = loss.tiled(TileSize(elements: size.elements, leastRows: size.leastRows))
    let exact = try results(tiled, a, b)
    expectClose([exact.value], [expected.value], absolute: 1e-12, relative: 1e-12)
    for (found, gradient) in zip(exact.gradients, expected.gradients) {
      #expect((found == nil) == (gradient == nil))
      if let found, let gradient {
        expectClose(found, gradient, absolute: 1e-10 / loss.temperature)
      }
    }
  }

  /// In float32, on a batch of several tiles, within 1e-5 of float64.
  @Test(arguments: losses.prefix(3)) func float32StaysNear(_ loss: Named) throws {
    try Runtime.seed(12)
    let (a, b) = (try Tensor.randn([700, 32], .float64), try Tensor.randn([700, 32], .float64))
    let expected = try results(loss.whole, a, b)
    let tiled = loss.tiled(TileSize(elements: 1 << 18, leastRows: 128))
    let found = try results(tiled, a.to(dtype: .float32), b.to(dtype: .float32))
    expectClose([found.value], [expected.value], absolute: 0, relative: 1e-5)
    for (values, gradient) in zip(found.gradients, expected.gradients) {
      guard let values, let gradient else { continue }
      let largest = gradient.map(abs).max() ?? 0
      expectClose(values, gradient, absolute: 1e-5 * largest)
    }
  }

  @Test func theQueueAndItsKeysAreGiven() throws {
    let a = try Tensor.randn([6, 4]).requireGrad()
    let key = try Tensor.randn([6, 4]).requireGrad()
    let queue = try normalized(Tensor.randn([9, 4])).detach().requireGrad()
    try QueueContrast(temperature: 0.2)(a, key, queue: queue).backward()
    #expect(try a.grad() != nil)
    #expect(try key.grad() == nil)
    #expect(try queue.grad() == nil)
  }

  /// InfoNCE against a teacher's keys: nothing is made for what is not learned.
  @Test func oneSideMayBeGiven() throws {
    try Runtime.seed(13)
    let (a, b) = (try Tensor.randn([6, 4], .float64), try Tensor.randn([6, 4], .float64))
    let both = try results(InfoNCE(temperature: 0.3).callAsFunction, a, b)
    let x = try a.clone().requireGrad()
    try (InfoNCE(temperature: 0.3)(x, b) * 3).backward()
    expectClose(try #require(try x.grad()).values(), try #require(both.gradients[0]), absolute: 1e-12)
    let y = try b.clone().requireGrad()
    try (InfoNCE(temperature: 0.3)(a, y) * 3).backward()
    expectClose(try #require(try y.grad()).values(), try #require(both.gradients[1]), absolute: 1e-12)
    #expect(try !InfoNCE(temperature: 0.3)(a, b).requiresGrad)
  }

  /// Where N doubles, so does the memory, and not its square.
  @Test(arguments: losses.prefix(3)) func memoryGrowsWithTheSamples(_ loss: Named) throws {
    func peak(_ count: Int) throws -> Int {
      let (a, b) = (try Tensor.randn([count, 16]).requireGrad(), try Tensor.randn([count, 16]).requireGrad())
      let tiled = loss.tiled(TileSize(elements: 1 << 18, leastRows: 32))
      let watch = try MemoryWatch()
      try tiled(a, b).backward()
      return watch.takePeak()
    }
    let peaks = try [2048, 4096, 8192].map(peak)
    for (small, large) in zip(peaks, peaks.dropFirst()) {
      #expect(Double(large) < 2.3 * Double(small), "\(peaks)")
    }
    #expect(peaks[2] < 4 * 8192 * 8192 / 4, "\(peaks)")
  }

  @Test func nothingLeaks() throws {
    try expectNoLeak {
      let a = try Tensor.randn([6, 4]).requireGrad()
      try InfoNCE(temperature: 0.3)(a, a * 2).backward()
      try QueueContrast(temperature: 0.3)(a, a * 2, queue: normalized(Tensor.randn([9, 4]))).backward()
    }
  }
}
