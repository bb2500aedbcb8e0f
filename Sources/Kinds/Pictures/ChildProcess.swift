import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program that is run for what it writes to its standard output.
enum ChildProcess {
  enum Failure: Error, Equatable {
    /// There is no such program, or it may not be run.
    case absent
    case ended(status: Int32)
    case killed(signal: Int32)
    /// It wrote more than was asked for.
    case endless
    case unavailable(reason: String)
  }

  /// What a program writes, all of it. Its input is empty, and what it complains about is thrown away. It is in a process group of
  /// its own, so that Ctrl-C reaches the caller alone, which decides.
  ///
  /// - Parameters:
  ///   - program: found on PATH.
  ///   - most: how many bytes are read before the program is ended.
  static func output(of program: String, _ arguments: [String], most: Int) throws(Failure) -> [UInt8] {
    // One at a time, so that no other child inherits the end that is written to and keeps it open.
    let (input, code, process) = starting.withLock { _ in begin(program, arguments) }
    guard code == 0 else {
      if input >= 0 { close(input) }
      throw code == ENOENT || code == EACCES ? .absent : .unavailable(reason: String(cString: strerror(code)))
    }
    let (bytes, isWhole) = read(input, most)
    close(input)
    if !isWhole { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw .unavailable(reason: String(cString: strerror(errno))) }
    }
    guard isWhole else { throw .endless }
    // The macros of wait.h: the low seven bits are the signal, the next byte what it exited with.
    if status & 0x7F != 0 { throw .killed(signal: status & 0x7F) }
    let exit = status >> 8 & 0xFF
    guard exit == 0 else { throw exit == 127 && bytes.isEmpty ? .absent : .ended(status: exit) }
    return bytes
  }

  private static let starting = Mutex(())

  private static func begin(_ program: String, _ arguments: [String]) -> (input: Int32, code: Int32, process: pid_t) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return (-1, errno, 0) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (code, process) = start(program, arguments, ends[1])
    close(ends[1])
    return (ends[0], code, process)
  }

  private static func start(_ program: String, _ arguments: [String], _ output: Int32) -> (code: Int32, process: pid_t)
  {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] =
      ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + environment { free(text) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, program, &actions, &attributes, &words, &environment)
    return (code, process)
  }

  private static func read(_ descriptor: Int32, _ most: Int) -> (bytes: [UInt8], isWhole: Bool) {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, &buffer, buffer.count)
      #else
        let count = Glibc.read(descriptor, &buffer, buffer.count)
      #endif
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return (bytes, true) }
      guard bytes.count + count <= most else { return (bytes, false) }
      bytes += buffer[..<count]
    }
  }
}
