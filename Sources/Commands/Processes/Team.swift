import ArgumentParsing
import Foundation
import Swiftlet

/// The processes that train with this one: how it joined them, and how it leaves.
struct Team {
  let world: World
  /// Processes of the run on this machine.
  let countHere: Int
  private let environment: ProcessEnvironment?
  private let store: World.Store?

  /// - Throws: `ProcessEnvironment.Failure`; `Absence` where the others do not come.
  init(_ options: ProcessOptions) throws {
    environment = try options.environment()
    guard let environment else {
      (world, store, countHere) = (.alone, nil, 1)
      return
    }
    guard World.isSupported else {
      throw ValidationError("this libtorch was built without support for several processes: start one only")
    }
    // Before libtorch looks for GPUs.
    if let own = environment.ownGPU(among: ProcessInfo.processInfo.environment[ProcessEnvironment.visibleGPUs]) {
      setenv(ProcessEnvironment.visibleGPUs, own, 1)
    }
    do {
      let isHeldHere = environment.isHeldByLeader && environment.rank == 0
      let store = try World.Store(
        host: environment.host, port: environment.port, isHeldHere: isHeldHere, seconds: options.seconds)
      world = try World(
        store, host: environment.host, attempt: environment.attempt, rank: environment.rank, size: environment.size,
        seconds: options.seconds)
      self.store = store
    } catch {
      throw Absence(environment, error, seconds: options.seconds)
    }
    do {
      try Self.compareStart(in: world)
      countHere = try Self.count(in: world, environment)
    } catch {
      throw Self.left(world, because: error)
    }
  }

  /// Runs what all processes do, and tells the others if it cannot be done here.
  func run(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let code as ExitCode {
      // All end in this way together.
      world.leave()
      throw code
    } catch {
      throw Self.left(world, because: error)
    }
    world.leave()
    withExtendedLifetime(store) {}
  }

  /// - Returns: what to end with. One process says what happened: process 0, or process 1 if process 0 is gone.
  private static func left(_ world: World, because error: any Error) -> any Error {
    if world.size == 1 { return error }
    let sentence = Wording.sentence(for: error) ?? visibleLine("\(error)")
    let failure = error as? TorchError
    let lost = failure?.lostProcess
    let names = lost != nil || error is WorldFailure
    world.leave(
      because: names ? sentence : "process \(world.rank) has ended: \(sentence)", culprit: lost ?? world.rank)
    let speaks = lost == 0 ? world.rank == 1 && failure?.lostHasSpoken == false : world.isLeader
    return speaks ? error : ExitCode.failure
  }

  /// All have to be the same program with the same options.
  private static func compareStart(in world: World) throws {
    let own = [swiftletVersion, Runtime.torchVersion] + CommandLine.arguments.dropFirst()
    try world.publish(Array(JSONEncoder().encode(own)), as: "start/\(world.rank)")
    let first = try JSONDecoder().decode([String].self, from: Data(world.fetch("start/0")))
    if first == own { return }
    let what =
      first[0] != own[0]
      ? "Swiftlet \(own[0]), and process 0 has \(first[0])"
      : first[1] != own[1]
        ? "libtorch \(own[1]), and process 0 has \(first[1])"
        : "other options than process 0 (\(own.dropFirst(2).joined(separator: " ")))"
    throw WorldFailure.differing(rank: world.rank, what: what)
  }

  private static func count(in world: World, _ environment: ProcessEnvironment) throws -> Int {
    if environment.hasOwnCores { return 1 }
    let all = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    let isBound = Cores.count < all
    // What Slurm and Open MPI bind to cores has them to itself.
    if isBound, environment.launcher == .slurm || environment.launcher == .openMPI { return 1 }
    if let count = environment.localSize { return count }
    let own = ProcessInfo.processInfo.hostName
    try world.publish(Array(own.utf8), as: "host/\(world.rank)")
    return try (0..<world.size).count { try world.fetch("host/\($0)") == Array(own.utf8) }
  }

  /// Whether this is a new attempt at a run that may have begun.
  var isRestart: Bool { environment?.isRestart == true }

  /// What people should know before the work.
  ///
  /// - Parameter share: what each process has.
  func describe(_ console: Console, _ share: String = "each with a part of every batch") {
    guard let environment else { return }
    let started = environment.launcher == .swiftlet ? "on this machine" : "started by \(environment.launcher.rawValue)"
    console.say("Processes  \(world.size), \(started), \(share)")
    let cores = Cores.count
    if countHere > cores {
      console.warn("\(countHere) processes share \(Figure.counted(cores, "core")) of this machine: fewer are faster")
    }
  }
}

/// That processes cannot meet.
struct Absence: Error, Explained {
  let explanation: Explanation

  init(_ environment: ProcessEnvironment, _ error: TorchError, seconds: Double) {
    let place = "\(environment.host):\(environment.port)"
    let message = error.message
    if message.contains("has not come") || message.contains("two processes with the number") {
      explanation = "\(message)"
    } else if environment.isHeldByLeader, environment.rank == 0 {
      let isUsed = message.contains("EADDRINUSE") || message.contains("already in use")
      explanation =
        isUsed
        ? "the processes cannot meet at \(place): another program uses this port; choose another with MASTER_PORT"
        : "the processes cannot meet at \(place): \(message)"
    } else {
      explanation =
        "nobody answers at \(place) within \(Figure.number(seconds)) s: process 0 of the run should (MASTER_ADDR and MASTER_PORT)"
    }
  }
}
