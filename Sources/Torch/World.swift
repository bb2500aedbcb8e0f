import CTorch

/// The processes that train a run together, as one of them sees them.
///
/// A process that trains alone is a world of one, in which nothing is sent. In others all processes make the same calls in
/// the same order, and each from one thread.
public struct World: @unchecked Sendable {  // its group is used by one thread
  /// The number of this process, from 0 to below `size`. Process 0 leads: it alone writes files and speaks to people.
  public let rank: Int
  public let size: Int
  let group: Group?

  /// One process.
  package static let alone = World(rank: 0, size: 1, group: nil)

  package var isLeader: Bool { rank == 0 }

  /// Which of `count` items are this process's: as equal parts as can be, in order.
  package func part(of count: Int) -> Range<Int> { part(rank, of: count) }

  package func part(_ rank: Int, of count: Int) -> Range<Int> { count * rank / size..<count * (rank + 1) / size }

  /// What the processes have in common.
  final class Group {
    let raw: ct_world
    /// The samples of the batch of this step, of which this process has some.
    var share: Share?
    /// Whether these pass together, and not in parts.
    var passesWhole = true
    /// Where the numbers that all processes draw alike begin, and where they have got to.
    var commonSeed: UInt64 = 0
    var commonState: Tensor?
    /// Gradients that are on their way.
    var gradients: ct_gradient_sums?

    init(_ raw: ct_world) { self.raw = raw }

    func check(_ call: String, _ message: ct_message?) throws(TorchError) {
      guard let message else { return }
      defer { ct_message_free(message) }
      let lost = Int(ct_world_lost(raw))
      throw TorchError(
        call: call, message: String(cString: message), lostProcess: lost < 0 ? nil : lost,
        hasSpoken: ct_world_has_spoken(raw))
    }
  }

  /// The samples of a batch, and those of this process.
  package struct Share: Sendable, Equatable {
    package let total: Int
    package let rows: Range<Int>

    package init(total: Int, rows: Range<Int>) {
      self.total = total
      self.rows = rows
    }

    /// The part of the batch.
    package var weight: Double { Double(rows.count) / Double(total) }
  }
}

extension World {
  /// Whether this build and its libtorch have collectives.
  package static var isSupported: Bool { ct_has_processes() }

  /// Whether they have them for tensors on GPUs.
  package static var usesGPUs: Bool { ct_has_nccl() }

  /// Where all processes of a world meet.
  package final class Store {
    let raw: ct_store
    /// Chosen by the system where 0 was asked for.
    package let port: UInt16

    /// - Parameters:
    ///   - isHeldHere: whether this process holds what the others reach by the address.
    ///   - seconds: how long to wait for the process that holds it.
    package init(host: String, port: UInt16, isHeldHere: Bool, seconds: Double) throws(TorchError) {
      var result: ct_store?
      var actual: UInt16 = 0
      try Torch.check("store", ct_store_open(host, port, isHeldHere, seconds, &result, &actual))
      guard let result else { throw TorchError(call: "store", message: "there is none") }
      raw = result
      self.port = actual
    }

    deinit { ct_store_close(raw) }
  }

  /// Joins the others; returns when all are there.
  ///
  /// - Parameters:
  ///   - store: has to live as long as the world.
  ///   - host: where the store is.
  ///   - attempt: tells this start from an earlier one that used the same store.
  ///   - seconds: how long another process may be silent.
  package init(_ store: Store, host: String, attempt: String, rank: Int, size: Int, seconds: Double) throws(TorchError)
  {
    var result: ct_world?
    try Torch.check(
      "join", ct_world_join(store.raw, host, "swiftlet/\(attempt)/", Int32(rank), Int32(size), seconds, &result))
    guard let result else { throw TorchError(call: "join", message: "there is no group") }
    self.init(rank: rank, size: size, group: Group(result))
  }

  /// Tells the others that this process is through, or by whose fault it is not.
  package func leave(because sentence: String? = nil, culprit: Int? = nil) {
    guard let group else { return }
    // Nobody may be there any more to be told.
    if let message = ct_world_leave(group.raw, Int32(culprit ?? rank), sentence) { ct_message_free(message) }
  }

  // MARK: Tensors

  /// The sum over all processes, in place; the same bits for all.
  package func addUp(_ tensor: Tensor) throws(TorchError) {
    guard let group else { return }
    try group.check("sum", ct_world_sum(group.raw, tensor.raw))
  }

  /// The largest of all processes, in place.
  package func takeLargest(_ tensor: Tensor) throws(TorchError) {
    guard let group else { return }
    try group.check("maximum", ct_world_maximum(group.raw, tensor.raw))
  }

  /// The sum over all processes, of which each gets its part of the rows.
  ///
  /// - Parameter tensor: [size · n, …]
  /// - Returns: [n, …]
  package func sumOfPart(_ tensor: Tensor) throws(TorchError) -> Tensor {
    guard let group else { return tensor }
    var result: ct_tensor?
    try group.check("sum of a part", ct_world_sum_part(group.raw, tensor.raw, &result))
    return try Self.owned(result)
  }

  /// All get what process 0 has, in place.
  package func broadcast(_ tensor: Tensor) throws(TorchError) {
    guard let group else { return }
    try group.check("broadcast", ct_world_broadcast(group.raw, tensor.raw))
  }

  package func barrier() throws(TorchError) {
    guard let group else { return }
    try group.check("barrier", ct_world_barrier(group.raw))
  }

  /// Fails if another process is gone. Asked at least every two seconds, it also notices one that hangs.
  package func look() throws(TorchError) {
    guard let group else { return }
    try group.check("look", ct_world_look(group.raw))
  }

  // MARK: Gradients

  /// Sends gradients while the coming backward pass goes on: each bucket once its gradients are complete.
  ///
  /// - Parameters:
  ///   - parameters: of the same types and sizes in all processes.
  ///   - ends: the place behind the last parameter of each bucket. Those of a bucket have one type.
  ///   - output: where the backward pass begins; nil where all gradients are there already.
  package func sendGradients(of parameters: [Tensor], buckets ends: [Int], during output: Tensor?) throws(TorchError) {
    guard let group else { return }
    ct_gradient_sums_free(group.gradients)
    group.gradients = nil
    let handles: [ct_tensor?] = parameters.map(\.raw)
    try group.check(
      "send gradients",
      ct_gradient_sums_begin(
        group.raw, output?.raw, handles, handles.count, ends, ends.count, &group.gradients))
    // The handles above are borrowed, so that the tensors must outlive the call.
    withExtendedLifetime(parameters) {}
  }

  /// Whether gradients are on their way.
  package var isSendingGradients: Bool { group?.gradients != nil }

  /// Waits until the gradients are the sums over all processes.
  ///
  /// - Returns: seconds that they were on their way (0 if that is not known, on a GPU), and that this call took.
  @discardableResult
  package func receiveGradients() throws(TorchError) -> (sent: Double, waited: Double) {
    guard let group, let gradients = group.gradients else { return (0, 0) }
    defer {
      ct_gradient_sums_free(gradients)
      group.gradients = nil
    }
    var times = (sent: 0.0, waited: 0.0)
    try group.check("receive gradients", ct_gradient_sums_finish(gradients, &times.sent, &times.waited))
    return times
  }

  /// The rows of all processes, one after the other, without gradients.
  ///
  /// - Parameters:
  ///   - tensor: as many rows for each of this process's items.
  ///   - count: of items of all processes together, which are theirs as `part(of:)` says.
  package func gathered(_ tensor: Tensor, of count: Int) throws(TorchError) -> Tensor {
    guard let group else { return try tensor.detach() }
    let counts = (0..<size).map { part($0, of: count).count }
    let (own, most) = (counts[rank], counts.max() ?? 0)
    guard own > 0, tensor.rank > 0, tensor.shape[0].isMultiple(of: own) else {
      throw TorchError(call: "gather", message: "\(tensor.shape) is not of the \(own) samples of process \(rank)")
    }
    let each = tensor.shape[0] / own
    var sent = try tensor.detach()
    if own < most {
      let filling = try Tensor.zeros(
        [(most - own) * each] + sent.shape.dropFirst(), sent.dtype ?? .float32, on: sent.device)
      sent = try concatenate([sent, filling])
    }
    var result: ct_tensor?
    try group.check("gather", ct_world_gather(group.raw, sent.raw, &result))
    let all = try Self.owned(result)
    if counts.allSatisfy({ $0 == most }) { return all }
    return try concatenate(
      counts.enumerated().map { other, rows throws(TorchError) in
        try all.rows(other * most * each..<(other * most + rows) * each)
      })
  }

  private static func owned(_ raw: ct_tensor?) throws(TorchError) -> Tensor {
    guard let raw else { throw TorchError(call: "gather", message: "there is no result") }
    return Tensor(owning: raw)
  }

  /// Bytes that process 0 has; the others give anything.
  package func broadcast(_ bytes: [UInt8]) throws(TorchError) -> [UInt8] {
    guard group != nil else { return bytes }
    let own = isLeader ? bytes : []
    let count = try Tensor([Int64(own.count)])
    try broadcast(count)
    let tensor = isLeader ? try Tensor(own) : try Tensor.empty([Int(try count.item())], .uint8)
    try broadcast(tensor)
    return try tensor.values()
  }

  /// Gives all others bytes under a name.
  package func publish(_ bytes: [UInt8], as name: String) throws(TorchError) {
    guard let group else { return }
    try group.check("publish", ct_world_publish(group.raw, name, bytes, bytes.count))
  }

  /// Waits until another process has published a name.
  package func fetch(_ name: String) throws(TorchError) -> [UInt8] {
    guard let group else { return [] }
    var (data, count): (UnsafeMutablePointer<CChar>?, Int) = (nil, 0)
    try group.check("fetch", ct_world_fetch(group.raw, name, &data, &count))
    defer { ct_message_free(data) }
    return Array(UnsafeRawBufferPointer(start: data, count: count))
  }

  // MARK: A step

  /// The batch that passes from now on.
  ///
  /// - Parameters:
  ///   - passesWhole: false if each process passes its samples in parts, each of which draws for itself.
  ///   - seed: of what is drawn for the whole batch.
  package func begin(_ share: Share, passesWhole: Bool, seed: UInt64) {
    group?.share = share
    group?.passesWhole = passesWhole
    group?.commonSeed = seed
    group?.commonState = nil
  }

  /// The batch of this step; nil before the first, and where this is the only process.
  package var share: Share? { group?.share }

  /// The batch whose samples all pass now, some in each process; nil if they pass in parts, or in this process alone.
  package var sharedBatch: Share? {
    guard let group, group.passesWhole else { return nil }
    return group.share
  }

  /// The rows of all processes, without gradients: of the whole batch, from those of this process's samples.
  package func whole(_ tensor: Tensor) throws(TorchError) -> Tensor {
    guard let share else { return try tensor.detach() }
    return try gathered(tensor, of: share.total)
  }

  /// The rows of this process's samples, from those of the whole batch.
  package func own(_ whole: Tensor) throws(TorchError) -> Tensor {
    guard let share else { return whole }
    let each = whole.shape[0] / share.total
    return try whole.rows(share.rows.lowerBound * each..<share.rows.upperBound * each)
  }

  /// The mean over the samples of all processes, from that over the samples of this one.
  package func mean(_ ofOwn: Tensor) throws(TorchError) -> Tensor {
    guard let share else { return ofOwn }
    let sum = try (ofOwn.detach() * share.weight).contiguous()
    try addUp(sum)
    return sum
  }

  /// Numbers for each sample that passes. Several processes draw those of the whole batch alike, as one would, and each
  /// takes those of its samples.
  ///
  /// - Parameters:
  ///   - count: of samples that pass here.
  ///   - draw: numbers for so many samples, one row each.
  package func drawn(_ count: Int, _ draw: (Int) throws(TorchError) -> Tensor) throws(TorchError) -> Tensor {
    guard let share = sharedBatch, share.rows.count == count else { return try draw(count) }
    return try drawnAlike { () throws(TorchError) in try draw(share.total) }.rows(share.rows)
  }

  /// What all processes draw alike.
  package func drawnAlike(_ draw: () throws(TorchError) -> Tensor) throws(TorchError) -> Tensor {
    if sharedBatch == nil { return try draw() }
    return try alike(draw)
  }

  /// Runs `compute` with the numbers that all processes draw alike, as for a loss that each computes of the whole batch.
  package func alike(_ compute: () throws(TorchError) -> Tensor) throws(TorchError) -> Tensor {
    guard let group, group.share != nil else { return try compute() }
    let own = try Runtime.generatorState()
    if let state = group.commonState {
      try Runtime.setGeneratorState(state)
    } else {
      try Runtime.seed(group.commonSeed)
    }
    let result: Tensor
    do throws(TorchError) {
      result = try compute()
    } catch {
      try Runtime.setGeneratorState(own)
      throw error
    }
    group.commonState = try Runtime.generatorState()
    try Runtime.setGeneratorState(own)
    return result
  }

  /// Batch normalisation in training with the statistics of all processes.
  package func batchNorm(
    _ x: Tensor, weight: Tensor?, bias: Tensor?, runningMean: Tensor, runningVariance: Tensor, momentum: Double,
    epsilon: Double
  ) throws(TorchError) -> Tensor {
    guard let group else {
      return try Torch.batchNorm(
        x, weight: weight, bias: bias, runningMean: runningMean, runningVariance: runningVariance, isTraining: true,
        momentum: momentum, epsilon: epsilon)
    }
    var result: ct_tensor?
    try group.check(
      "batch_norm",
      ct_world_batch_norm(
        group.raw, x.raw, weight?.raw, bias?.raw, runningMean.raw, runningVariance.raw, momentum, epsilon, &result))
    return try Self.owned(result)
  }
}
