import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM as a question that the training asks between two steps. A second signal ends the program at once.
final class Interruption {
  private final class Signal: Sendable {
    let number = Atomic<Int32>(0)
  }

  private let signal = Signal()
  private let sources: [any DispatchSourceSignal]

  init() {
    let signals = [SIGINT, SIGTERM]
    sources = signals.map { number in
      Foundation.signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for (number, source) in zip(signals, sources) {
      source.setEventHandler { [signal] in
        let (isFirst, _) = signal.number.compareExchange(expected: 0, desired: number, ordering: .relaxed)
        if !isFirst { exit(128 + number) }
        FileHandle.standardError.write(Data("\nStopping after this step …\n".utf8))
      }
      source.resume()
    }
  }

  deinit { for source in sources { source.cancel() } }

  /// The first signal that came, if any.
  var received: Int32? {
    let number = signal.number.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
