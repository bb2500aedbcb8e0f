import Synchronization

/// Keeps canonical pictures in memory up to a limit. Nothing is evicted: every epoch visits all samples, so eviction
/// would only trade one hit for another.
final class PictureCache: Sendable {
  private struct State {
    var pictures: [Int: Picture] = [:]
    var byteCount = 0
  }

  /// How many bytes, and which share, of pictures that take `byteCount` bytes are kept within `limit` bytes. Nothing is
  /// kept if it would be less than half, which would not be worth the memory.
  static func kept(of byteCount: Int, limit: Int) -> (byteCount: Int, share: Double) {
    if byteCount <= limit { return (byteCount, 1) }
    return limit < byteCount / 2 ? (0, 0) : (limit, Double(limit) / Double(byteCount))
  }

  let limit: Int
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
