/// What a message between processes takes: the model of latency and bandwidth (Hockney 1994), with the collectives that libtorch
/// makes of it.
package struct ProcessNetwork: Sendable, Equatable, Encodable {
  /// How a message of a few bytes reaches all processes.
  package enum Way: String, Sendable, Encodable, CaseIterable {
    /// From each to the next: 2(N − 1) messages one after the other. Gloo, which this program uses.
    case ring
    /// Along a tree: 2⌈log₂ N⌉. NCCL, for small messages.
    case tree
  }

  /// α, the seconds that a message takes however small it is.
  package let latency: Double
  /// β, in bytes a second, of each process in each direction.
  package let bandwidth: Double
  package let way: Way

  package init(latency: Double, bandwidth: Double, way: Way = .ring) {
    self.latency = latency
    self.bandwidth = bandwidth
    self.way = way
  }

  /// Ethernet of ten gigabits a second. For where nothing was measured or given.
  package static let usual = ProcessNetwork(latency: 50e-6, bandwidth: 1.25e9)

  /// Seconds until all processes have the sum of what each has: 2(N − 1)α + 2(N − 1)/N · bytes/β.
  package func sum(_ bytes: Double, among processes: Int) -> Double { 2 * gather(bytes, among: processes) }

  /// Seconds until all processes have what each has a part of: half of a sum.
  ///
  /// - Parameter bytes: of all parts together.
  package func gather(_ bytes: Double, among processes: Int) -> Double {
    guard processes > 1 else { return 0 }
    let count = Double(processes)
    return hops(processes) * latency + (count - 1) / count * bytes / bandwidth
  }

  private func hops(_ processes: Int) -> Double {
    switch way {
    case .ring: Double(processes - 1)
    case .tree: Double(Int.bitWidth - (processes - 1).leadingZeroBitCount)
    }
  }
}
