import Foundation
import Settings
import Torch

/// How this process was started as one of several, as its environment says.
package struct ProcessEnvironment: Sendable, Equatable {
  /// What started it.
  package enum Launcher: String, Sendable {
    case swiftlet = "--processes"
    case torchrun
    case slurm = "Slurm"
    case openMPI = "Open MPI"
    /// Such as Kubeflow's PyTorchJob.
    case variables = "RANK and WORLD_SIZE"
  }

  package let launcher: Launcher
  package let rank: Int
  package let size: Int
  /// Processes of the run on this machine; nil if that is not said.
  package let localSize: Int?
  /// The number of this process among those on this machine; nil if that is not said.
  package let localRank: Int?
  /// Whether no other process of the run shares the cores that this one may use.
  package let hasOwnCores: Bool
  /// Where the processes meet.
  package let host: String
  package let port: UInt16
  /// Whether process 0 holds what they meet by, and not the program that started them.
  package let isHeldByLeader: Bool
  /// Tells a restart from what was before it.
  package let attempt: String
  /// Whether the processes were started before and failed, or were put aside.
  package let isRestart: Bool

  /// The variable of processes that `--processes` starts, and its value where each has cores of its own.
  package static let (mark, ownCores) = ("SWIFTLET_LAUNCHED", "own cores")

  package enum Failure: Error, Sendable, Explained, Equatable {
    case missing(String, because: String)
    case malformed(String, value: String, expected: String)

    package var explanation: Explanation {
      switch self {
      case .missing(let name, let reason):
        "the environment variable \(name) is not set, and \(reason): set it, or unset the others to train in one process"
      case .malformed(let name, let value, let expected):
        "the environment variable \(name) is '\(value)', expected \(expected)"
      }
    }
  }

  /// Nil if the process is the only one.
  ///
  /// - Parameter variables: of the environment.
  package init?(_ variables: [String: String]) throws(Failure) {
    let values = Variables(all: variables)
    if let size = try values.number("WORLD_SIZE", in: 1...Self.most) {
      guard size > 1 else { return nil }
      try self.init(named: values, size: size)
    } else if variables["RANK"] != nil, variables["MASTER_ADDR"] != nil {
      throw .missing("WORLD_SIZE", because: "RANK and MASTER_ADDR say that this is one of several processes")
    } else if let size = try values.number("SLURM_STEP_NUM_TASKS", in: 1...Self.most) {
      guard size > 1 else { return nil }
      try self.init(slurm: values, size: size)
    } else if let size = try values.number("OMPI_COMM_WORLD_SIZE", in: 1...Self.most) {
      guard size > 1 else { return nil }
      try self.init(openMPI: values, size: size)
    } else {
      return nil
    }
  }

  private static let most = 65_536

  private init(named values: Variables, size: Int) throws(Failure) {
    let reason = "WORLD_SIZE says that this is one of \(size) processes"
    let isElastic = values["TORCHELASTIC_RUN_ID"] != nil
    hasOwnCores = values[Self.mark] == Self.ownCores
    launcher = values[Self.mark] != nil ? .swiftlet : isElastic ? .torchrun : .variables
    rank = try values.required("RANK", in: 0...size - 1, because: reason)
    self.size = size
    localSize = try values.number("LOCAL_WORLD_SIZE", in: 1...size)
    localRank = try values.number("LOCAL_RANK", in: 0...size - 1)
    host = try values.required("MASTER_ADDR", because: reason)
    port = UInt16(try values.required("MASTER_PORT", in: 1...65_535, because: reason))
    isHeldByLeader = values["TORCHELASTIC_USE_AGENT_STORE"] != "True"
    let restarts = try values.number("TORCHELASTIC_RESTART_COUNT", in: 0...Int.max) ?? 0
    attempt = "\(values["TORCHELASTIC_RUN_ID"] ?? "")-\(restarts)"
    isRestart = restarts > 0
  }

  private init(slurm values: Variables, size: Int) throws(Failure) {
    let reason = "SLURM_STEP_NUM_TASKS says that this is one of \(size) processes"
    launcher = .slurm
    hasOwnCores = false
    rank = try values.required("SLURM_PROCID", in: 0...size - 1, because: reason)
    self.size = size
    let node = try values.number("SLURM_NODEID", in: 0...size)
    localRank = try values.number("SLURM_LOCALID", in: 0...size - 1)
    localSize = Self.tasks(values["SLURM_STEP_TASKS_PER_NODE"] ?? "", onNode: node ?? 0)
    if let address = values["MASTER_ADDR"] {
      host = address
    } else {
      let name = values["SLURM_STEP_NODELIST"] == nil ? "SLURM_JOB_NODELIST" : "SLURM_STEP_NODELIST"
      let list = try values.required(name, because: reason)
      guard let first = Self.firstHost(of: list) else {
        throw .malformed(name, value: list, expected: "a list of hosts such as node[01-04]")
      }
      host = first
    }
    // Jobs that share a machine must not meet each other.
    let job = try values.number("SLURM_JOB_ID", in: 0...Int.max) ?? 0
    port = UInt16(try values.number("MASTER_PORT", in: 1...65_535) ?? 20_000 + job % 20_000)
    isHeldByLeader = true
    let restarts = try values.number("SLURM_RESTART_COUNT", in: 0...Int.max) ?? 0
    attempt = "\(job).\(values["SLURM_STEP_ID"] ?? "0").\(restarts)"
    isRestart = restarts > 0
  }

  private init(openMPI values: Variables, size: Int) throws(Failure) {
    let reason = "OMPI_COMM_WORLD_SIZE says that this is one of \(size) processes on several machines"
    launcher = .openMPI
    hasOwnCores = false
    rank = try values.required("OMPI_COMM_WORLD_RANK", in: 0...size - 1, because: reason)
    self.size = size
    localSize = try values.number("OMPI_COMM_WORLD_LOCAL_SIZE", in: 1...size)
    localRank = try values.number("OMPI_COMM_WORLD_LOCAL_RANK", in: 0...size - 1)
    if localSize == size {
      host = values["MASTER_ADDR"] ?? "127.0.0.1"
      port = UInt16(try values.number("MASTER_PORT", in: 1...65_535) ?? 29_500)
    } else {
      host = try values.required("MASTER_ADDR", because: reason)
      port = UInt16(try values.required("MASTER_PORT", in: 1...65_535, because: reason))
    }
    isHeldByLeader = true
    attempt = "0"
    isRestart = false
  }

  /// The variable that says which GPUs a process sees.
  package static let visibleGPUs = "CUDA_VISIBLE_DEVICES"

  /// What this process sets it to, so that it sees one GPU that is its own; nil where it stays as it is.
  ///
  /// - Parameter list: what it is now. Slurm and others give each process its own.
  package func ownGPU(among list: String?) -> String? {
    guard let localRank else { return nil }
    guard let list else { return String(localRank) }
    let all = list.split(separator: ",")
    // With fewer GPUs than processes, some have none: an empty list.
    return all.count < 2 ? nil : localRank < all.count ? String(all[localRank]) : ""
  }

  /// "node[03-10,12],gpu1" → "node03"
  static func firstHost(of list: String) -> String? {
    let beginning = list.prefix { $0 != "[" && $0 != "," }
    guard list[beginning.endIndex...].first == "[" else { return beginning.isEmpty ? nil : String(beginning) }
    let number = list[beginning.endIndex...].dropFirst().prefix { $0.isNumber }
    let rest = list[number.endIndex...].drop { $0 != "]" }.dropFirst().prefix { $0 != "," && $0 != "[" }
    return number.isEmpty ? nil : String(beginning + number + rest)
  }

  /// How many tasks a node has: "4(x2),1" are 4, 4 and 1.
  static func tasks(_ list: String, onNode node: Int) -> Int? {
    var left = node
    for part in list.split(separator: ",") {
      let pieces = part.split(separator: "(")
      guard let count = pieces.first.flatMap({ Int($0) }), count > 0 else { return nil }
      let repeated = pieces.count > 1 ? Int(pieces[1].dropFirst().dropLast()) ?? 1 : 1
      if left < repeated { return count }
      left -= repeated
    }
    return nil
  }

  private struct Variables {
    let all: [String: String]

    subscript(_ name: String) -> String? { all[name].flatMap { $0.isEmpty ? nil : $0 } }

    func number(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
      guard let value = self[name] else { return nil }
      guard let number = Int(value), range.contains(number) else {
        throw .malformed(name, value: value, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }

    func required(_ name: String, because reason: String) throws(Failure) -> String {
      guard let value = self[name] else { throw .missing(name, because: reason) }
      return value
    }

    func required(_ name: String, in range: ClosedRange<Int>, because reason: String) throws(Failure) -> Int {
      guard let value = try number(name, in: range) else { throw .missing(name, because: reason) }
      return value
    }
  }
}
