import Foundation
import Samples
import Torch

/// What decides the speed of the processor.
package struct Processor: Codable, Sendable, Equatable {
  /// As the system names it.
  package var model: String
  /// Cores that this process may use.
  package var cores: Int
  /// Threads that libtorch computes with by default.
  package var threads: Int
  /// The ones of `known` that it has.
  package var instructionSets: [String]

  /// The name for people, and the name in libtorch.
  private static let known = [
    ("AVX2", "avx2"), ("AVX-512", "avx512_f"), ("AVX512_BF16", "avx512_bf16"), ("AMX", "amx_bf16"), ("NEON", "neon"),
    ("Arm BF16", "arm_bf16"),
  ]
  /// Instruction sets that compute bfloat16.
  static let nativeBFloat16 = ["AVX512_BF16", "AMX", "Arm BF16"]

  init() {
    model = Self.modelName ?? "unknown processor"
    cores = Cores.count
    threads = Runtime.threadCount
    instructionSets = Self.known.filter { Runtime.processorHas($0.1) }.map(\.0)
  }

  private static var modelName: String? {
    #if os(Linux)
      let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
      return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    #else
      var name = [CChar](repeating: 0, count: 256)
      var length = name.count
      guard sysctlbyname("machdep.cpu.brand_string", &name, &length, nil, 0) == 0 else { return nil }
      return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #endif
  }
}

/// The memory of the machine, in bytes.
package struct Memory: Codable, Sendable, Equatable {
  /// All memory of the machine, or of the container where that is less.
  package var total: Int
  /// What a new program can use; nil where the system does not say.
  package var available: Int?

  init() {
    let machine = MachineMemory.current
    total = machine.total
    #if os(Linux)
      available = machine.available
    #endif
  }
}

/// A folder that Swiftlet writes to.
package struct FolderState: Codable, Sendable, Equatable {
  package var path: String
  /// Free space in bytes; nil where there is no such folder.
  package var free: Int?
  package var isWritable: Bool

  init(_ path: String) {
    self.path = path
    var status = statvfs()
    if statvfs(path, &status) == 0 { free = Int(clamping: UInt64(status.f_bavail)) &* Int(clamping: status.f_frsize) }
    isWritable = access(path, W_OK | X_OK) == 0
  }

  static var working: FolderState { FolderState(FileManager.default.currentDirectoryPath) }
  static var temporary: FolderState { FolderState(ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp") }
}

extension Examination {
  static var hasNVIDIADriver: Bool { FileManager.default.fileExists(atPath: "/proc/driver/nvidia/version") }
}
