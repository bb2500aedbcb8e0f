import Learning
import Settings
import Training

/// How many samples pass the network at a time where all of a batch are too many for the memory.
struct MicroBatchChoice: Equatable {
  /// Nil where the whole batch passes at once.
  let size: Int?
  /// Where it was chosen.
  let reason: String?

  /// Below this, statistics of batch normalisation mean little, and a step is mostly overhead.
  static let smallest = 16

  /// All at once.
  static let whole = MicroBatchChoice()

  private init() { (size, reason) = (nil, nil) }

  /// Halved from the batch until it fits; nil where not even the smallest does.
  init?(batch: Int, _ estimate: MemoryEstimate, into memory: Int) {
    guard estimate.byteCount(batch: batch) > memory else {
      (size, reason) = (nil, nil)
      return
    }
    var micro = (batch + 1) / 2
    while micro > Self.smallest, estimate.byteCount(batch: batch, microBatch: micro) > memory {
      micro = (micro + 1) / 2
    }
    micro = max(micro, Self.smallest)
    guard micro < batch, estimate.byteCount(batch: batch, microBatch: micro) <= memory else { return nil }
    size = micro
    reason =
      "\(batch) at a time would need \(Figure.bytes(estimate.byteCount(batch: batch))) of memory, and "
      + "\(Figure.bytes(memory)) are free; the loss still sees all \(batch)"
  }

  /// What was asked for.
  ///
  /// - Throws: `Refusal` where the method takes none.
  init(asked size: Int, batch: Int, of method: MethodConfiguration) throws(Refusal) {
    if case .impossible(let reason) = method.microBatching {
      throw Refusal(
        [
          .setting("micro-batch", value: nil),
          .text(": \(method.name.rawValue) cannot take a batch in parts, for \(reason)"),
        ], .change("choose a smaller batch instead", settings: ["batch-size"]))
    }
    self.size = size < batch ? size : nil
    reason = nil
  }
}

extension RunConfiguration {
  /// Whether anything in the run looks at the samples that pass together.
  func hasBatchNormalisation() throws -> Bool {
    try method.build(on: backbone).namedBuffers.contains { $0.name.hasSuffix("running_mean") }
  }
}
