import Foundation

/// The time in seconds that something took when it was done several times.
package struct Timing: Codable, Sendable, Equatable {
  /// The median over the rounds.
  package let seconds: Double
  /// The shortest time.
  package let least: Double
  /// The longest time.
  package let most: Double
  /// How often it was done.
  package let rounds: Int

  /// - Parameter seconds: at least one.
  init(_ seconds: [Double]) {
    let sorted = seconds.sorted()
    self.seconds = sorted[sorted.count / 2]
    least = sorted[0]
    most = sorted[sorted.count - 1]
    rounds = sorted.count
  }

  static func seconds(of body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }

  /// The processor time that all threads of this process took meanwhile.
  static func processorSeconds(of body: () throws -> Void) rethrows -> Double {
    let start = processorSeconds
    try body()
    return processorSeconds - start
  }

  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
