import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: before there is anything to lose the first ends the program at once; later it is a question that
/// the training asks between two steps, and the second ends the program.
///
/// A plain handler: a source of dispatch's loses what comes while it is being set up.
struct Interruption {
  enum Patience: Int {
    case none, stepEnd
  }

  init() {
    // Made here, and not by the first signal.
    state.patience.store(Patience.none.rawValue, ordering: .relaxed)
    state.signal.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] { signal(number, handle) }
  }

  func lets(_ patience: Patience) { state.patience.store(patience.rawValue, ordering: .relaxed) }

  /// The first signal that came, if any.
  var received: Int32? {
    let number = state.signal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}

private final class State: Sendable {
  let signal = Atomic<Int32>(0)
  let patience = Atomic<Int>(0)
}

private let state = State()

/// Runs inside a signal: atomics, `write` and `_exit` alone.
private func handle(_ number: Int32) {
  if state.patience.load(ordering: .relaxed) == Interruption.Patience.none.rawValue {
    say("\nStopped before the first step; nothing was written.\n")
    _exit(128 + number)
  }
  guard state.signal.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged else {
    say("\nStopped at once; the last checkpoint is kept.\n")
    _exit(128 + number)
  }
  say("\nStopping after this step … (once more to stop at once)\n")
}

private func say(_ text: StaticString) { _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount) }
