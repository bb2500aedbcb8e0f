import Foundation
import Settings
import Swiftlet

extension Console {
  /// Says where other processes compute already, before a command joins them: threads of a step wait for each other, so
  /// that one which has to share its core holds up all.
  ///
  /// - Parameter threads: that the command will compute with.
  func warnOfBusyCores(threads: Int) {
    guard threads > 1, let load = load() else { return }
    if let warning = Self.busyCores(load, threads: threads) { warn(warning) }
  }

  /// What other processes have computed since this one began; nil where the system does not say.
  func load() -> MachineLoad? {
    begun.flatMap { MachineLoad.Moment()?.load(since: $0) ?? Self.loadOfAMoment(since: $0) }
  }

  /// For data that were found so soon that there is nothing to see yet.
  private static func loadOfAMoment(since begun: MachineLoad.Moment) -> MachineLoad? {
    Thread.sleep(forTimeInterval: MachineLoad.Moment.shortest)
    return MachineLoad.Moment()?.load(since: begun)
  }

  /// Nil where no fewer threads would be better.
  static func busyCores(_ load: MachineLoad, threads: Int) -> String? {
    guard load.isNoticed, load.threads < threads else { return nil }
    return
      "other processes keep \(Figure.number(load.others)) of the \(load.cores) cores busy, and \(threads) threads that share "
      + "them wait for each other; --threads \(load.threads) is often faster then"
  }
}
