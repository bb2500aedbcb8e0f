import Samples
import Synchronization

/// The packed cache's keys of samples whose pictures were found in it or added to it.
///
/// So a file's size and time are read only once a run, because on a network file system this can take longer than
/// reading the picture. If a file changes during a run, its first picture stays in use, as with pictures in memory.
final class SampleKeys: Sendable {
  private let keys: Mutex<[PackedKey?]>

  init(sampleCount: Int) { keys = Mutex(Array(repeating: nil, count: sampleCount)) }

  subscript(sample: Int) -> PackedKey? {
    get { keys.withLock { $0[sample] } }
    set { keys.withLock { $0[sample] = newValue } }
  }
}
