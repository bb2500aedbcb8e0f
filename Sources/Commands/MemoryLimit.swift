import Foundation

/// Where a shell or a container limits the memory of the program, oneDNN, which computes convolutions for libtorch, may call
/// a kernel that it had no room to generate: an address of 0, which no exception reports. The last words then say why.
enum MemoryLimit {
  /// Whether `ulimit -d` or `ulimit -v` is in force.
  private static var isSet: Bool {
    #if canImport(Glibc)
      let kinds = [__rlimit_resource_t(RLIMIT_DATA.rawValue), __rlimit_resource_t(RLIMIT_AS.rawValue)]
    #else
      let kinds = [RLIMIT_DATA, RLIMIT_AS]
    #endif
    return kinds.contains { kind in
      var limit = rlimit()
      // No limit is the greatest number on Linux, and the greatest signed one on macOS.
      return getrlimit(kind, &limit) == 0 && limit.rlim_cur < rlim_t(Int64.max)
    }
  }

  /// Lets a bad address end in a sentence, where memory is limited; elsewhere the system says what it says.
  static func explainCrashes() {
    guard isSet else { return }
    signal(SIGSEGV, explain)
    signal(SIGBUS, explain)
  }
}

/// Runs inside a signal: `write` and `_exit` alone.
private func explain(_ number: Int32) {
  let text: StaticString = """

    error: libtorch used a bad address, as it does where it has no memory left, and there is a limit on memory (see \
    'ulimit -a'): raise it, or take smaller batches or a smaller network. What was written before is whole.

    """
  _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  _exit(1)
}
