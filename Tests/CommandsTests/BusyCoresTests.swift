import Swiftlet
import Testing

@testable import Samples
@testable import SwiftletCommands

@Suite struct BusyCoresTests {
  @Test func theThreadsThatAreFreeAreNamed() throws {
    let sentence = try #require(Console.busyCores(MachineLoad(cores: 2, others: 1.02), threads: 2))
    #expect(
      sentence == "other processes keep 1.02 of the 2 cores busy, and 2 threads that share them wait for each other; "
        + "--threads 1 is often faster then")
  }

  @Test func nothingIsSaidWhereThereIsRoom() {
    #expect(Console.busyCores(MachineLoad(cores: 2, others: 1), threads: 1) == nil)
    #expect(Console.busyCores(MachineLoad(cores: 8, others: 3), threads: 4) == nil)
    #expect(Console.busyCores(MachineLoad(cores: 2, others: 0.2), threads: 2) == nil)
  }
}
