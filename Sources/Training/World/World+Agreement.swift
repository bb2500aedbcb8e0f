import Foundation
import Layers
import Learning
import Optimizers
import Samples
import Settings
import Torch

// What processes that train together agree on: what process 0 decides, and the state that all go on from.

extension World {
  /// What process 0 decides; the others learn it.
  package func decided<Value: Codable>(_ decide: () throws -> Value) throws -> Value {
    if size == 1 { return try decide() }
    let own = isLeader ? Array(try JSONEncoder().encode(decide())) : []
    return try JSONDecoder().decode(Value.self, from: Data(try broadcast(own)))
  }

  private struct Described: Codable {
    let name: String
    let dtype: Int32
    let shape: [Int]
  }

  /// Tensors of process 0, by name; the others give nothing.
  func shared(_ tensors: @autoclosure () throws -> [(name: String, tensor: Tensor)]) throws -> [String: Tensor] {
    let own = isLeader ? try tensors() : []
    let described = try decided {
      own.map { Described(name: $0.name, dtype: Int32($0.tensor.dtype?.rawValue ?? 0), shape: $0.tensor.shape) }
    }
    var result: [String: Tensor] = [:]
    for (index, description) in described.enumerated() {
      guard let dtype = DType(rawValue: .init(description.dtype)) else { continue }
      let tensor =
        isLeader ? try own[index].tensor.detach().to(device: .cpu).contiguous() : try .empty(description.shape, dtype)
      try broadcast(tensor)
      result[description.name] = tensor
    }
    return result
  }

  /// Gives all processes the state that process 0 has.
  ///
  /// - Parameter step: the steps that are done; before the first, optimisers have no state.
  func share(_ method: any Method, _ optimizer: any Optimizer, after step: Int) throws {
    if size == 1 { return }
    let state = try shared(method.state())
    if !isLeader { try method.load(state) }
    if step == 0 { return }
    let ofOptimizer = try shared(optimizer.state())
    if !isLeader { try optimizer.load(ofOptimizer) }
  }

  /// What processes that compute the same have to have alike, as a number. Running statistics may differ where groups of
  /// samples are normalised apart.
  private func fingerprint(of method: any Method) throws -> Int64 {
    let statistics = ["running_mean", "running_var", "num_batches_tracked"]
    let buffers = method.namedBuffers.filter { buffer in !statistics.contains { buffer.name.hasSuffix($0) } }
    return try Self.fingerprint(of: method.namedParameters.map(\.parameter.tensor) + buffers.map(\.buffer.tensor))
  }

  private static func fingerprint(of tensors: [Tensor]) throws -> Int64 {
    var sum: UInt32 = 0
    for tensor in tensors { try tensor.withBytes { sum = Checkpoint.checksum(of: $0, after: sum) } }
    return Int64(sum)
  }

  /// - Throws: `WorldFailure.differing` where a process has other weights than process 0.
  func checkAgreement(on method: any Method, after step: Int) throws {
    if size == 1 { return }
    try checkAlike(fingerprint(of: method), "other weights than process 0 after step \(step)")
  }

  /// - Parameter what: a process has whose number is another.
  /// - Throws: `WorldFailure.differing`
  func checkAlike(_ number: Int64, _ what: String) throws {
    if size == 1 { return }
    let all = try gathered(Tensor([number]), of: size).values(as: Int64.self)
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw WorldFailure.differing(rank: other, what: what)
  }
}

extension World {
  /// Processes that encode samples together need the same network and the same samples in the same order.
  ///
  /// - Throws: `WorldFailure.differing`
  package func checkAgreement(on encoder: Encoder, _ samples: any SampleCollection) throws {
    if size == 1 { return }
    let names = Array(samples.names.joined(separator: "\n").utf8)
    try checkAlike(
      Int64(names.withUnsafeBytes { Checkpoint.checksum(of: $0) }), "other samples than process 0")
    let tensors =
      encoder.backbone.namedParameters.map(\.parameter.tensor) + encoder.backbone.namedBuffers.map(\.buffer.tensor)
    try checkAlike(Self.fingerprint(of: tensors), "other weights than process 0")
  }

  /// For each layout of a batch, the length of its longest sample in all processes; nil if no length varies.
  func longest(of batch: Batch) throws(TorchError) -> [Int]? {
    guard size > 1, batch.layouts.contains(where: \.isVarying) else { return nil }
    let lengths = try Tensor(batch.lengths.map { Int64($0) })
    try takeLargest(lengths)
    return try lengths.values(as: Int64.self).map { Int($0) }
  }

  /// An output of this process's samples with the embeddings of the whole batch.
  func gathering(_ output: MethodOutput) throws(TorchError) -> MethodOutput {
    MethodOutput(
      features: output.features,
      embeddings: try output.embeddings.map { tensor throws(TorchError) in try whole(tensor) },
      predictions: output.predictions, targets: output.targets)
  }

  /// What could not be read by any process, in process 0; the others have their own.
  func union(of own: [SampleError]) throws -> [SampleError] {
    var result: [SampleError] = []
    for sample in try joined(own) where !result.contains(where: { $0.name == sample.name }) { result.append(sample) }
    return result
  }

  /// The values of all processes, one process after the other.
  package func joined<Value: Codable>(_ own: [Value]) throws -> [Value] {
    if size == 1 { return own }
    let bytes = [UInt8](try JSONEncoder().encode(own))
    let counts = try gathered(Tensor([Int64(bytes.count)]), of: size).values(as: Int64.self).map { Int($0) }
    let most = counts.max() ?? 0
    let all: [UInt8] = try gathered(
      Tensor(bytes + [UInt8](repeating: 0, count: most - bytes.count)), of: size * most
    ).values()
    return try counts.enumerated().flatMap { process, count in
      try JSONDecoder().decode([Value].self, from: Data(all[process * most..<process * most + count]))
    }
  }
}

extension RunConfiguration {
  /// - Throws: `WorldFailure` where the run cannot be divided among so many processes.
  func checkDivides(among world: World) throws(WorldFailure) {
    guard world.size > 1 else { return }
    guard batchSize >= 2 * world.size else { throw .tooManyProcesses(world.size, batch: batchSize) }
    guard device == .cpu || (device == .cuda && World.usesGPUs) else { throw .onDevice("\(device)") }
    guard device.isPresent else { throw .withoutGPU(rank: world.rank) }
  }
}

/// What keeps several processes from training together.
public enum WorldFailure: Error, Sendable, Explained {
  /// A process has something else than process 0.
  case differing(rank: Int, what: String)
  /// There are fewer samples in a batch than processes.
  case tooManyProcesses(Int, batch: Int)
  case onDevice(String)
  /// A process has no GPU of its own.
  case withoutGPU(rank: Int)

  public var explanation: Explanation {
    switch self {
    case .differing(let rank, let what):
      "process \(rank) has \(what): all processes need the same program, the same libtorch and the same files"
    case .tooManyProcesses(let count, let batch):
      """
      a batch of \(batch) cannot be divided among \(count) processes: each needs at least 2 samples; use \
      \(batch < 4 ? "one process" : "at most \(batch / 2)"), or a larger \(setting: "batch-size")
      """
    case .onDevice(let device):
      """
      several processes cannot compute on \(device) with this build, which lacks NCCL: choose \(setting: "device", "cpu"), or a \
      libtorch with CUDA and NCCL
      """
    case .withoutGPU(let rank):
      "process \(rank) has no GPU of its own: start as many processes on each machine as it has GPUs, or choose \(setting: "device", "cpu")"
    }
  }
}
