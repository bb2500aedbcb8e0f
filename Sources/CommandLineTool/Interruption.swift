import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: before there is anything to lose the first ends the program at once; later it is a question that
/// the training asks between two steps, and the second ends the program.
final class Interruption {
  enum Patience: Int {
    case none, stepEnd
  }

  private final class State: Sendable {
    let signal = Atomic<Int32>(0)
    let patience = Atomic<Int>(Patience.none.rawValue)
  }

  private let state = State()
  private let sources: [any DispatchSourceSignal]

  init() {
    let signals = [SIGINT, SIGTERM]
    sources = signals.map { number in
      Foundation.signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for (number, source) in zip(signals, sources) {
      source.setEventHandler { [state] in
        if state.patience.load(ordering: .relaxed) == Patience.none.rawValue {
          Self.end(number, "\nStopped before the first step; nothing was written.\n")
        }
        let (isFirst, _) = state.signal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        if !isFirst { Self.end(number, "\nStopped at once; the last checkpoint is kept.\n") }
        Self.write("\nStopping after this step … (once more to stop at once)\n")
      }
      source.resume()
    }
  }

  deinit { for source in sources { source.cancel() } }

  func lets(_ patience: Patience) { state.patience.store(patience.rawValue, ordering: .relaxed) }

  /// The first signal that came, if any.
  var received: Int32? {
    let number = state.signal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Without the exit handlers of libraries: their threads are still at work.
  private static func end(_ signal: Int32, _ sentence: String) -> Never {
    write(sentence)
    _exit(128 + signal)
  }

  private static func write(_ sentence: String) {
    try? FileHandle.standardError.write(contentsOf: Data(sentence.utf8))
  }
}
