import Synchronization

/// A set of samples that several threads may add to.
final class SampleSet: Sendable {
  private let members: Mutex<[Bool]>

  init(sampleCount: Int) { members = Mutex(Array(repeating: false, count: sampleCount)) }

  func contains(_ sample: Int) -> Bool { members.withLock { $0[sample] } }
  func insert(_ sample: Int) { members.withLock { $0[sample] = true } }
}
