import Foundation

/// How much memory this process may take: the machine's memory, or less if a container limits it.
package struct MachineMemory: Sendable, Equatable {
  package let total: Int
  /// What can be allocated without swapping.
  package let available: Int

  package static var current: MachineMemory { MachineMemory() }

  /// - Parameter root: the folder of `/proc` and `/sys`, for tests.
  init(root: String = "") {
    var total = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    var available = total
    let lines = Self.text(root + "/proc/meminfo")?.split(separator: "\n") ?? []
    for line in lines {
      let words = line.split(separator: " ")
      guard words.count >= 2, let kibibytes = Int(words[1]) else { continue }
      if words[0] == "MemTotal:" { total = kibibytes * 1024 }
      if words[0] == "MemAvailable:" { available = kibibytes * 1024 }
    }
    for (limit, used) in Self.limits(root: root) {
      total = min(total, limit)
      available = min(available, max(0, limit - used))
    }
    self.total = total
    self.available = min(available, total)
  }

  /// The limit of each control group above this process, and what its processes use. File pages that the system could
  /// drop count as free.
  private static func limits(root: String) -> [(limit: Int, used: Int)] {
    let groups = (text(root + "/proc/self/cgroup") ?? "").split(separator: "\n")
    var result: [(limit: Int, used: Int)] = []
    for group in groups {
      // hierarchy:controllers:path, with an empty list of controllers in version 2
      let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
      let mount = root + "/sys/fs/cgroup" + (isUnified ? "" : "/memory")
      let names = isUnified ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
      var path = parts[2].split(separator: "/")
      while true {
        let folder = ([mount] + path.map(String.init)).joined(separator: "/")
        if let limit = number(folder + "/" + names.0), let used = number(folder + "/" + names.1) {
          result.append((limit, max(0, used - droppable(folder + "/memory.stat"))))
        }
        if path.popLast() == nil { break }
      }
    }
    return result
  }

  private static func droppable(_ path: String) -> Int {
    let line = (text(path) ?? "").split(separator: "\n").first { $0.hasPrefix("inactive_file ") }
    return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
  }

  /// Nil if there is no such file, or if it says "max".
  private static func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
