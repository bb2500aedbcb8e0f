import Foundation
import TestSupport
import Testing

@testable import Samples

@Suite struct MachineMemoryTests {
  private func memory(_ files: [String: String]) throws -> MachineMemory {
    try withTemporaryFolder { root in
      for (name, text) in files {
        let file = root.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      return MachineMemory(root: root.path)
    }
  }

  private let machine = "MemTotal:       1000 kB\nMemFree:        100 kB\nMemAvailable:    800 kB\n"

  @Test func withoutLimitsItIsTheMachines() throws {
    let found = try memory(["proc/meminfo": machine, "proc/self/cgroup": "0::/a/b\n"])
    #expect(found.total == 1_024_000 && found.available == 819_200)
  }

  /// The limit of a group or of one above it counts. What the system could drop counts as free.
  @Test(arguments: ["sys/fs/cgroup/a/b", "sys/fs/cgroup/a", "sys/fs/cgroup"]) func aLimitCounts(_ group: String) throws
  {
    let found = try memory([
      "proc/meminfo": machine, "proc/self/cgroup": "0::/a/b\n", "\(group)/memory.max": "500000\n",
      "\(group)/memory.current": "300000\n", "\(group)/memory.stat": "anon 1\ninactive_file 100000\n",
    ])
    #expect(found.total == 500_000 && found.available == 300_000)
  }

  @Test func theFirstVersionOfGroups() throws {
    let found = try memory([
      "proc/meminfo": machine, "proc/self/cgroup": "5:cpu,memory:/x\n1:name=systemd:/y\n",
      "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "400000",
      "sys/fs/cgroup/memory/x/memory.usage_in_bytes": "390000",
    ])
    #expect(found.total == 400_000 && found.available == 10_000)
  }

  @Test func noLimitIsNoLimit() throws {
    let found = try memory([
      "proc/meminfo": machine, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n",
      "sys/fs/cgroup/memory.current": "3\n",
    ])
    #expect(found.total == 1_024_000)
  }
}
