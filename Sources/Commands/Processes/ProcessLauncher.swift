import ArgumentParsing
import Foundation
import Swiftlet

/// Starts copies of this program that train together, and waits for them.
///
/// Each is a process group of its own, so that Ctrl-C at a terminal reaches this program alone, which passes it on. This
/// program holds the store that they meet by: if it is killed, they notice and end.
struct ProcessLauncher {
  let count: Int
  let seconds: Double

  private static let passedOn = [SIGINT, SIGTERM, SIGHUP]

  /// - Returns: the code to end with: that of the first process that failed, or of process 0.
  func run() throws -> ExitCode {
    // Signals wait until they are asked for; threads that libtorch starts inherit this.
    var waiting = sigset_t()
    sigemptyset(&waiting)
    for number in Self.passedOn { sigaddset(&waiting, number) }
    pthread_sigmask(SIG_BLOCK, &waiting, nil)

    let host = "127.0.0.1"
    let store = try World.Store(host: host, port: 0, isHeldHere: true, seconds: seconds)
    let shares = CoreShares(for: count)
    var children: [Child] = []
    for rank in 0..<count {
      do {
        func start() throws -> Child {
          try Child(rank: rank, of: count, host: host, port: store.port, hasOwnCores: shares != nil)
        }
        children.append(try shares?.starting(rank, start) ?? start())
      } catch {
        for child in children { child.send(SIGKILL) }
        throw error
      }
    }
    let code = wait(for: &children, &waiting)
    withExtendedLifetime(store) {}
    return code
  }

  private func wait(for children: inout [Child], _ waiting: inout sigset_t) -> ExitCode {
    var firstFailure: ExitCode?
    var lastEnd = ContinuousClock.now
    while children.contains(where: \.isRunning) {
      for index in children.indices where children[index].look() {
        lastEnd = .now
        if let code = children[index].code, code != .success, firstFailure == nil { firstFailure = code }
      }
      if let signal = Self.received(waiting) { for child in children { child.send(signal) } }
      if firstFailure != nil {
        // Those that are left notice by themselves, except those that cannot.
        let isOver = lastEnd.duration(to: .now) > .seconds(seconds + 15)
        for child in children where child.isRunning && (isOver || child.isStopped) { child.send(SIGKILL) }
      }
      usleep(20_000)
    }
    return firstFailure ?? children[0].code ?? .failure
  }

  /// A signal that came since this was asked last.
  private static func received(_ waiting: sigset_t) -> Int32? {
    var pending = sigset_t()
    sigemptyset(&pending)
    guard sigpending(&pending) == 0 else { return nil }
    guard let number = passedOn.first(where: { sigismember(&pending, $0) == 1 }) else { return nil }
    var one = sigset_t()
    sigemptyset(&one)
    sigaddset(&one, number)
    var got: Int32 = 0
    return sigwait(&one, &got) == 0 ? got : nil
  }

  /// One of the copies.
  private struct Child {
    private let process: pid_t
    private(set) var code: ExitCode?
    private(set) var isStopped = false

    var isRunning: Bool { code == nil }

    init(rank: Int, of count: Int, host: String, port: UInt16, hasOwnCores: Bool) throws {
      var environment = ProcessInfo.processInfo.environment
      environment[ProcessEnvironment.mark] = hasOwnCores ? ProcessEnvironment.ownCores : "1"
      environment["RANK"] = String(rank)
      environment["LOCAL_RANK"] = String(rank)
      environment["WORLD_SIZE"] = String(count)
      environment["LOCAL_WORLD_SIZE"] = String(count)
      environment["MASTER_ADDR"] = host
      environment["MASTER_PORT"] = String(port)
      environment["TORCHELASTIC_USE_AGENT_STORE"] = "True"
      environment["TORCHELASTIC_RESTART_COUNT"] = "0"
      let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
      process = try Self.spawn(
        path, CommandLine.arguments, environment.map { "\($0.key)=\($0.value)" }.sorted())
    }

    private static func spawn(_ path: String, _ arguments: [String], _ environment: [String]) throws -> pid_t {
      #if canImport(Darwin)
        var attributes: posix_spawnattr_t?
      #else
        var attributes = posix_spawnattr_t()
      #endif
      posix_spawnattr_init(&attributes)
      defer { posix_spawnattr_destroy(&attributes) }
      var none = sigset_t()
      sigemptyset(&none)
      posix_spawnattr_setsigmask(&attributes, &none)
      posix_spawnattr_setpgroup(&attributes, 0)
      posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
      var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
      var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
      defer { for text in words + variables { free(text) } }
      var process: pid_t = 0
      let number = posix_spawn(&process, path, nil, &attributes, &words, &variables)
      guard number == 0 else {
        throw ValidationError("no further process can be started: \(String(cString: strerror(number)))")
      }
      return process
    }

    func send(_ signal: Int32) { if isRunning { kill(process, signal) } }

    /// - Returns: whether it has ended since the last look.
    mutating func look() -> Bool {
      guard isRunning else { return false }
      var status: Int32 = 0
      guard waitpid(process, &status, WNOHANG | WUNTRACED) == process else { return false }
      isStopped = status & 0xFF == 0x7F
      if isStopped { return false }
      let signal = status & 0x7F
      // Commands without work to save end by the signals that are passed on.
      let ending = ProcessLauncher.passedOn.contains(signal) ? ExitCode(128 + signal) : .failure
      code = signal == 0 ? ExitCode(status >> 8 & 0xFF) : ending
      return true
    }
  }
}
