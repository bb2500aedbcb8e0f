import Planning
import Settings
import Torch

/// How long several processes take to add up tensors, and the latency and bandwidth that this amounts to.
package struct ProcessSpeed: Sendable, Codable {
  package let processes: Int
  /// The median time of each size.
  package let sums: [NetworkFit.Sum]
  /// Seconds a message; nil where the times do not grow with the size.
  package let latency: Double?
  /// Bytes a second.
  package let bandwidth: Double?
  /// The largest difference between a time and what latency and bandwidth make of it, as a part of the time.
  package let error: Double?

  /// Sizes of the sums in bytes, up to the gradients of a ResNet-34.
  private static let sizes = [4, 1 << 12, 1 << 16, 1 << 20, 1 << 23, 1 << 26]
  /// About how long each size is measured, in seconds, and how often at least and at most.
  private static let seconds = 0.5
  private static let rounds = 5...100

  /// Measures; all processes of the world call it.
  package init(in world: World) throws {
    try Runtime.setThreadCount(1)
    sums = try Self.sizes.map { size in
      let tensor = try Tensor.zeros([size / 4])
      func sum() throws -> Double { try Timing.seconds { try world.addUp(tensor) } }
      // The first ones allocate; process 0 says how many follow.
      for _ in 0..<2 { _ = try sum() }
      try world.barrier()
      let first = try sum()
      let wanted = wholeNumber(Self.seconds / max(first, 1e-9), in: Self.rounds)
      let rounds = Int(try world.broadcast([UInt8(wanted)]).first ?? 0)
      return NetworkFit.Sum(bytes: size, seconds: Timing(try (0..<max(1, rounds)).map { _ in try sum() }).seconds)
    }
    processes = world.size
    let fit = NetworkFit(sums, among: world.size)
    (latency, bandwidth, error) = (fit?.network.latency, fit?.network.bandwidth, fit?.error)
  }
}
