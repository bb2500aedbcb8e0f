import CTorch
import Foundation

/// The cores that this process may run on.
package enum Cores {
  /// Their numbers; empty where the system does not say.
  static var allowed: [Int32] {
    let capacity = 4096
    return [Int32](unsafeUninitializedCapacity: capacity) { list, found in
      // Unsafe: at most `capacity` are written.
      found = list.baseAddress.map { Int(ct_cores($0, Int32(capacity))) } ?? 0
    }
  }

  /// How many there are. Foundation's `activeProcessorCount` counts those that `taskset`, Slurm or `--processes` keep from it, too.
  package static var count: Int {
    let count = allowed.count
    return count > 0 ? count : ProcessInfo.processInfo.activeProcessorCount
  }
}

/// The cores of this machine, divided among processes that wait for each other in every step.
///
/// Gloo's threads wait in a loop for messages that are late. Where the system lets them run on the core of a process that still
/// computes, they delay the message that they wait for: a ResNet-18 in two processes on two cores took 225 to 319 ms a step,
/// and 208 to 213 ms where each process had a core of its own. `mpirun` binds processes to cores, too.
package struct CoreShares: Sendable {
  private let cores: [Int32]
  private let count: Int

  /// Nil where there are fewer cores than processes, or where the system does not say which there are.
  package init?(for count: Int) {
    cores = Cores.allowed
    self.count = count
    guard count > 0, cores.count >= count else { return nil }
  }

  /// The cores of a process: neighbours, which share caches.
  package func part(_ rank: Int) -> [Int32] {
    Array(cores[cores.count * rank / count..<cores.count * (rank + 1) / count])
  }

  /// Does `start` where a process that it starts has the cores of this number, and no other process of them.
  package func starting<Result>(_ rank: Int, _ start: () throws -> Result) rethrows -> Result {
    bind(part(rank))
    defer { bind(cores) }
    return try start()
  }

  private func bind(_ cores: [Int32]) { ct_bind_to_cores(cores, Int32(cores.count)) }
}
