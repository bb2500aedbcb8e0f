import Foundation
import Testing

@testable import Torch

#if os(Linux)
  /// Processes that wait for each other do not share cores.
  @Suite struct CoreSharesTests {
    /// The cores that this thread, and what it starts, may run on.
    private func allowed() throws -> Set<Int> {
      let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") })
      let list = line.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)
      return Set(
        list.split(separator: ",").flatMap { part -> [Int] in
          let ends = part.split(separator: "-").compactMap { Int($0) }
          return Array(ends[0]...ends[ends.count - 1])
        })
    }

    @Test func eachHasCoresOfItsOwnAndTogetherAll() throws {
      let all = try allowed()
      for count in 1...all.count {
        let shares = try #require(CoreShares(for: count))
        var seen: Set<Int> = []
        for rank in 0..<count {
          let (own, counted) = try shares.starting(rank) { (try allowed(), Cores.count) }
          #expect(counted == own.count)
          #expect(!own.isEmpty && own.isDisjoint(with: seen))
          seen.formUnion(own)
        }
        #expect(seen == all)
        #expect(try allowed() == all)
      }
    }

    @Test func moreProcessesThanCoresShareAll() throws {
      #expect(CoreShares(for: try allowed().count + 1) == nil)
    }

    /// What a process starts, it binds; afterwards, it is free again also where the start fails.
    @Test func theStarterStaysFree() throws {
      struct Failed: Error {}
      let all = try allowed()
      let shares = try #require(CoreShares(for: 1))
      #expect(throws: Failed.self) { try shares.starting(0) { throw Failed() } }
      #expect(try allowed() == all)
    }
  }
#endif
