import Synchronization
import Views

/// Canonical pictures kept in memory up to a limit. What is in stays: every epoch visits all samples, so that to make
/// room for a new one would only trade one hit for another.
final class PictureCache: Sendable {
  private struct State {
    var pictures: [Int: Picture] = [:]
    var byteCount = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// `limit` counts the bytes of the pixels.
  init(limit: Int) { self.limit = limit }

  func picture(of sample: Int) -> Picture? { state.withLock { $0.pictures[sample] } }

  func keep(_ picture: Picture, of sample: Int) {
    let size = picture.samples.byteCount
    state.withLock { state in
      guard state.pictures[sample] == nil, size <= limit - state.byteCount else { return }
      state.pictures[sample] = picture
      state.byteCount += size
    }
  }

  var byteCount: Int { state.withLock { $0.byteCount } }
}
