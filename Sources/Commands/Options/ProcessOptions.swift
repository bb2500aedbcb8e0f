import ArgumentParsing
import Foundation
import Swiftlet

/// How many processes train a run, or encode samples.
struct ProcessOptions: ParsableArguments {
  @Option(
    help:
      "Processes on this machine that work together: each takes a part of the samples. Default: 1; where torchrun, Slurm or Open MPI started this program, as many as they say."
  )
  var processes: Int?

  @Option(help: "Seconds after which a process that does not answer counts as gone. Default: 60.")
  var processTimeout: Int?

  var seconds: Double { Double(processTimeout ?? 60) }

  func validate() throws {
    try requireValue(processes, in: 1...1024, "--processes")
    try requireValue(processTimeout, in: 2...86_400, "--process-timeout")
  }

  /// What the environment says of other processes.
  ///
  /// - Throws: `ValidationError` where the command line says something else.
  func environment() throws -> ProcessEnvironment? {
    let found = try ProcessEnvironment(ProcessInfo.processInfo.environment)
    if let found, found.launcher != .swiftlet, let processes {
      throw ValidationError(
        "--processes \(processes) starts processes, and this is one of \(found.size) that \(found.launcher.rawValue) started: "
          + "leave it out")
    }
    return found
  }

  /// Does `body` in this process and the others of its run, or starts the processes that do, and waits for them.
  ///
  /// - Parameter recorded: as many as trained the run before.
  func run(recorded: Int? = nil, _ body: (Team) throws -> Void) throws {
    if let launcher = try launch(recorded: recorded) { throw try launcher.run() }
    let team = try Team(self)
    try team.run { try body(team) }
  }

  /// The processes to start; nil if this one trains itself.
  ///
  /// - Parameter recorded: as many as trained the run before.
  private func launch(recorded: Int?) throws -> ProcessLauncher? {
    let count = processes ?? recorded ?? 1
    guard try environment() == nil, count > 1 else { return nil }
    guard World.isSupported else {
      throw ValidationError(
        "this libtorch was built without support for several processes: leave out --processes, or use another libtorch")
    }
    return ProcessLauncher(count: count, seconds: seconds)
  }
}
