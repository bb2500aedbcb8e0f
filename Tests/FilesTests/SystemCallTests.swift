import Foundation
import Testing

@testable import Files

@Suite struct SystemCallTests {
  /// A pipe that takes a few bytes at a time and does not block: every byte arrives, each once and in order.
  @Test func aWriteThatIsDoneInPartsGoesOnWhereItWas() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (output, input) = (ends[0], ends[1])
    defer { close(output) }
    #expect(fcntl(input, F_SETFL, O_NONBLOCK) == 0)
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let thread = Thread {
      try? SystemCall.write(bytes, to: input)
      close(input)
    }
    thread.start()
    var found: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1000)
    while true {
      let count = read(output, &buffer, buffer.count)
      if count <= 0 { break }
      found += buffer[..<count]
    }
    #expect(found == bytes)
  }

  @Test func aCallThatIsInterruptedIsMadeAgain() throws {
    var tries = 0
    let result = try SystemCall.repeated {
      tries += 1
      errno = EINTR
      return tries < 4 ? -1 : 7
    }
    #expect(result == 7 && tries == 4)
    let failure = #expect(throws: SystemCall.Failure.self) {
      try SystemCall.repeated {
        errno = EIO
        return -1
      }
    }
    #expect(failure?.reason == "Input/output error")
  }

  @Test func whatCannotBeSyncedIsNoError() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    try SystemCall.synchronize(ends[1])
    #expect(throws: SystemCall.Failure.self) { try SystemCall.synchronize(-1) }
  }
}
