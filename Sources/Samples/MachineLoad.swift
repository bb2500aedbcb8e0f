import Foundation

/// How many cores other processes keep busy, from one moment to another.
package struct MachineLoad: Sendable, Equatable {
  /// The cores of the machine.
  package let cores: Int
  /// How many of them other processes used, on average: 0 to `cores`.
  package let others: Double

  package init(cores: Int, others: Double) {
    self.cores = cores
    self.others = min(max(0, others), Double(cores))
  }

  /// Whether other processes compute, and not only look after the machine.
  package var isNoticed: Bool { others >= 0.5 }

  /// How many threads can compute without taking turns with other processes: 1 or more.
  package var threads: Int { max(1, Int((Double(cores) - others).rounded())) }

  /// What the system has counted until now.
  package struct Moment: Sendable {
    private let cores: Int
    /// Seconds of all cores in which they were not idle.
    private let busy: Double
    /// Seconds that this process has computed.
    private let own: Double
    private let time = ContinuousClock.now

    /// Seconds between two moments that say something.
    package static let shortest = 0.2

    /// Nil where the system does not count so (only Linux does).
    ///
    /// - Parameter root: the folder of `/proc`, for tests.
    package init?(root: String = "") {
      guard let text = try? String(contentsOfFile: root + "/proc/stat", encoding: .utf8) else { return nil }
      let lines = text.split(separator: "\n").filter { $0.hasPrefix("cpu") }
      // cpu user nice system idle iowait irq softirq steal guest guest_nice: user and nice include those of guests.
      guard let all = lines.first?.split(separator: " ").dropFirst().map({ Double($0) ?? 0 }), all.count >= 7 else {
        return nil
      }
      let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
      guard ticks > 0, lines.count > 1 else { return nil }
      cores = lines.count - 1
      busy = (all[0] + all[1] + all[2] + all[5] + all[6]) / ticks
      own = Double(clock()) / Double(CLOCKS_PER_SEC)
    }

    /// The load since an earlier moment; nil where that is too short ago for the system's clock, which counts hundredths.
    package func load(since earlier: Moment) -> MachineLoad? {
      let seconds = earlier.time.duration(to: time) / .seconds(1)
      guard seconds >= Self.shortest else { return nil }
      return MachineLoad(cores: cores, others: ((busy - earlier.busy) - (own - earlier.own)) / seconds)
    }
  }
}
