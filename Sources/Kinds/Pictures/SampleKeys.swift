import Synchronization

/// The keys of the samples whose pictures were found in a packed cache, or put into it.
///
/// A file is asked for its size and time once a run: on a network that can take longer than to read the picture. One
/// that changes while a run goes on keeps the picture that it had, as with pictures in memory.
final class SampleKeys: Sendable {
  private let keys: Mutex<[PackedKey?]>

  init(sampleCount: Int) { keys = Mutex(Array(repeating: nil, count: sampleCount)) }

  subscript(sample: Int) -> PackedKey? {
    get { keys.withLock { $0[sample] } }
    set { keys.withLock { $0[sample] = newValue } }
  }
}
