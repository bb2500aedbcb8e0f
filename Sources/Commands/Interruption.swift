import ArgumentParsing
import Foundation
import Synchronization

/// Ctrl-C, SIGTERM and the hang-up of a terminal that was closed: before there is anything to lose the first ends the program at once; later it is a question that
/// is asked between two steps, or two batches, and the second ends the program.
///
/// A plain handler: a source of dispatch's loses what comes while it is being set up.
struct Interruption {
  /// What is waited for once a signal came.
  enum Patience: Int {
    case none, step, batch
  }

  /// - Parameter isSilent: whether another process says what happens.
  init(isSilent: Bool = false) {
    state.isSilent.store(isSilent, ordering: .relaxed)
    // Made here, and not by the first signal.
    state.patience.store(Patience.none.rawValue, ordering: .relaxed)
    state.signal.store(0, ordering: .relaxed)
    var own = sigset_t()
    sigemptyset(&own)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      signal(number, handle)
      sigaddset(&own, number)
    }
    // A parent that starts programs from a thread of dispatch's hands down its mask, in which they are blocked.
    pthread_sigmask(SIG_UNBLOCK, &own, nil)
  }

  func lets(_ patience: Patience) { state.patience.store(patience.rawValue, ordering: .relaxed) }

  /// The first signal that came, if any.
  var received: Int32? {
    let number = state.signal.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}

extension Interruption {
  /// Lets what makes a file and takes it away again come to its end, before a signal ends the program at once.
  static func held<Value>(_ body: () throws -> Value) rethrows -> Value {
    state.isHeld.store(true, ordering: .relaxed)
    defer {
      state.isHeld.store(false, ordering: .relaxed)
      let late = state.late.exchange(0, ordering: .relaxed)
      if late != 0 { handle(late) }
    }
    return try body()
  }

  /// Whether any signal came.
  func hasCome() -> Bool { received != nil }

  /// Ends the program with the signal's code where one came.
  ///
  /// - Parameter lastWords: what becomes of the work so far.
  func endIfReceived(_ console: Console, _ lastWords: @autoclosure () -> String) throws {
    guard hasCome() else { return }
    console.say(lastWords())
    throw exitCode
  }

  /// That of the signal that came; that of Ctrl-C where another process got it.
  var exitCode: ExitCode { ExitCode(128 + (received ?? SIGINT)) }
}

/// Whether the program was started so that a signal does not reach it, as `nohup` does with SIGHUP.
private func isIgnored(_ number: Int32) -> Bool {
  var action = sigaction()
  guard number == SIGHUP, sigaction(number, nil, &action) == 0 else { return false }
  #if canImport(Darwin)
    return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == 1
  #else
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  #endif
}

private final class State: Sendable {
  let signal = Atomic<Int32>(0)
  let patience = Atomic<Int>(0)
  let isSilent = Atomic<Bool>(false)
  let isHeld = Atomic<Bool>(false)
  /// What came while signals were held.
  let late = Atomic<Int32>(0)
}

private let state = State()

/// Runs inside a signal: atomics, `write` and `_exit` alone.
private func handle(_ number: Int32) {
  let patience = state.patience.load(ordering: .relaxed)
  if patience == Interruption.Patience.none.rawValue {
    if state.isHeld.load(ordering: .relaxed) { return state.late.store(number, ordering: .relaxed) }
    say("\nStopped before the first step; nothing was written.\n")
    _exit(128 + number)
  }
  let isStep = patience == Interruption.Patience.step.rawValue
  guard state.signal.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged else {
    say(isStep ? "\nStopped at once; the last checkpoint is kept.\n" : "\nStopped at once.\n")
    _exit(128 + number)
  }
  say(
    isStep
      ? "\nStopping after this step … (once more to stop at once)\n"
      : "\nStopping after this batch … (once more to stop at once)\n")
}

private func say(_ text: StaticString) {
  if state.isSilent.load(ordering: .relaxed) { return }
  _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
}
