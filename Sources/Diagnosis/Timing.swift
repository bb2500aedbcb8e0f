import Foundation

/// Seconds of something that was done several times.
public struct Timing: Codable, Sendable, Equatable {
  /// The median.
  public let seconds: Double
  public let least: Double
  public let most: Double
  public let rounds: Int

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

  /// What all threads of this process worked meanwhile.
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
