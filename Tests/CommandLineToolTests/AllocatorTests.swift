import Testing

@Suite struct AllocatorTests {
  /// Asked of jemalloc itself, in the program: what it was linked and set up with shows in its statistics.
  @Test func theProgramAllocatesWithJemallocThatKeepsWhatIsFreed() throws {
    let outcome = try SwiftletProgram.run(["--version"], environment: ["MALLOC_CONF": "stats_print:true"])
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("opt.dirty_decay_ms: -1 "))
    #expect(outcome.errors.contains("opt.muzzy_decay_ms: -1 "))
  }
}
