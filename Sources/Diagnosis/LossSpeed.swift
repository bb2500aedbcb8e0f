import Foundation
import Objectives
import Samples
import Torch

/// The time and memory of NT-Xent, forward and backward, on random embeddings: computed in tiles, and with the whole matrix
/// of similarities.
package struct LossSpeed: Encodable, Sendable {
  /// One way to compute the loss.
  package struct Way: Encodable, Sendable {
    package let time: Timing
    /// The highest number of bytes that tensors took at once, without the embeddings.
    package let peakBytes: Int
    /// The loss.
    package let value: Double
  }

  package struct Configuration: Sendable {
    /// N, each with two views.
    package var samples: Int
    /// D, the width of an embedding.
    package var width: Int
    package var temperature: Double
    /// How many rounds are timed, after one that is not.
    package var rounds: Int
    /// Whether the whole matrix is tried too, provided that it fits into half of the free memory.
    package var comparesWhole: Bool

    package init(samples: Int, width: Int, temperature: Double, rounds: Int, comparesWhole: Bool) {
      self.samples = samples
      self.width = width
      self.temperature = temperature
      self.rounds = rounds
      self.comparesWhole = comparesWhole
    }
  }

  package let samples: Int
  package let width: Int
  package let temperature: Double
  package let threads: Int
  package let processes: Int
  package let tiles: Way
  /// Nil where it was not asked for or does not fit.
  package let whole: Way?
  /// The differences between the two ways, relative to the value of the whole matrix and to its largest gradient.
  package let valueDifference: Double?
  package let gradientDifference: Double?

  /// Measures; both ways take turns.
  ///
  /// - Parameters:
  ///   - configuration: what is measured.
  ///   - world: whose processes share the tiles; the whole matrix is for one process.
  ///   - file: where embeddings, value and gradients are written as Safetensors, for a comparison with other programs; nil
  ///     writes nothing.
  package init(
    _ configuration: Configuration, in world: World = .alone, writing file: String? = nil, replaces: Bool = true
  ) throws {
    samples = configuration.samples
    width = configuration.width
    temperature = configuration.temperature
    threads = Runtime.threadCount
    processes = world.size
    try Runtime.seed(0)
    let first = try Tensor.randn([samples, width]).requireGrad()
    let second = try Tensor.randn([samples, width]).requireGrad()
    let loss = NTXent(temperature: temperature)
    let inTiles = LossVariant(first, second) { try loss($0, $1, in: world) }
    var variants = [inTiles]
    if configuration.comparesWhole, world.size == 1,
      Self.wholeBytes(samples: samples) < MachineMemory.current.available / 2
    {
      let temperature = configuration.temperature
      variants.append(LossVariant(first, second) { try Self.wholeMatrix($0, $1, temperature: temperature) })
    }
    for variant in variants { try variant.turn(isTimed: false) }
    for _ in 0..<configuration.rounds { for variant in variants { try variant.turn(isTimed: true) } }
    tiles = inTiles.way
    let other = variants.dropFirst().first
    whole = other?.way
    valueDifference = other.map { abs(inTiles.value - $0.value) / abs($0.value) }
    gradientDifference = try other.map { try Self.difference(inTiles.gradients, $0.gradients) }
    if let file {
      try Safetensors.writeWhole(
        [
          ("first", first.detach()), ("second", second.detach()), ("value", Tensor([inTiles.value])),
          ("firstGradient", inTiles.gradients[0]), ("secondGradient", inTiles.gradients[1]),
        ], to: file, replaces: replaces)
    }
  }

  /// The bytes of the similarities, with what is kept and made of them for the gradient.
  private static func wholeBytes(samples: Int) -> Int { 6 * 4 * (2 * samples) * (2 * samples) }

  /// The definition of the loss, written directly; autograd computes the gradient.
  private static func wholeMatrix(_ first: Tensor, _ second: Tensor, temperature: Double) throws -> Tensor {
    let count = first.shape[0]
    let z = try normalized(concatenate([first, second]))
    let similarity = try (z.matmul(z.transposed()) / temperature)
      .filled(where: Tensor.eye(2 * count, .bool), with: -.infinity)
    return try crossEntropy(similarity, Tensor((0..<2 * count).map { Int64(($0 + count) % (2 * count)) }))
  }

  private static func difference(_ ones: [Tensor], _ others: [Tensor]) throws -> Double {
    try zip(ones, others).map { one, other in
      try (one - other).magnitude().max().item() / other.magnitude().max().item()
    }.max() ?? 0
  }
}

/// One way to compute the loss, with what was measured so far.
private final class LossVariant {
  private let first: Tensor
  private let second: Tensor
  private let loss: (Tensor, Tensor) throws -> Tensor
  private var seconds: [Double] = []
  private var peak = 0
  private(set) var value = 0.0
  private(set) var gradients: [Tensor] = []

  init(_ first: Tensor, _ second: Tensor, _ loss: @escaping (Tensor, Tensor) throws -> Tensor) {
    (self.first, self.second, self.loss) = (first, second, loss)
  }

  func turn(isTimed: Bool) throws {
    gradients = []
    for leaf in [first, second] { try leaf.clearGrad() }
    let watch = isTimed ? nil : try MemoryWatch()
    let time = try Timing.seconds {
      let result = try loss(first, second)
      try result.backward()
      value = try result.item()
    }
    if let watch { peak = watch.takePeak() } else { seconds.append(time) }
    for leaf in [first, second] { if let gradient = try leaf.grad() { gradients.append(gradient) } }
  }

  var way: LossSpeed.Way { LossSpeed.Way(time: Timing(seconds), peakBytes: peak, value: value) }
}
