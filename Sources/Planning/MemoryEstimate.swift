import Foundation
import Settings
import Torch
import Training

/// What a run will take of the memory it computes in.
///
/// The tensors of a step are counted on two small batches and drawn on as a line (`StepMemory`);
/// `Benchmarks/memory-estimate` sets it beside the peak of resident memory.
package struct MemoryEstimate: Sendable, Equatable {
  /// What the process takes for each byte of tensors on the processor: kernels keep copies in their own order, and the
  /// allocator rounds and leaves gaps. The peak of resident memory above the program's own, less batches and decoded
  /// samples, was 1.04 to 1.15 times that of tensors, ResNet-18 on 2 threads with the program's allocator (`CAllocator`). A
  /// device's memory is counted as it is.
  static let residentPerTensorByte = 1.2

  /// Weights, gradients, optimiser and activations.
  package let step: StepMemory
  /// Bytes of the views of one sample.
  package let viewBytes: Int
  /// How many batches are in memory at a time: made ahead, and in use.
  package let batchesInMemory: Int
  /// What is kept of decoded samples.
  package let keptBytes: Int

  package init(step: StepMemory, viewBytes: Int, batchesInMemory: Int, keptBytes: Int) {
    self.step = step
    self.viewBytes = viewBytes
    self.batchesInMemory = batchesInMemory
    self.keptBytes = keptBytes
  }

  /// - Parameter microBatch: how many samples pass the network at a time; nil for all.
  package func byteCount(batch: Int, microBatch: Int? = nil) -> Int {
    step.fixed + activations(batch: batch, microBatch: microBatch) + batch * viewBytes * batchesInMemory + keptBytes
  }

  private func activations(batch: Int, microBatch: Int?) -> Int {
    guard let microBatch, microBatch < batch else { return batch * step.perSample + Self.pairs(batch) }
    // On a device, the views of the others have been copied there too.
    let others = (batch - microBatch) * (batchesInMemory == 0 ? viewBytes : 0)
    return microBatch * step.perSample + batch * step.outputsPerSample + others + Self.pairs(batch)
  }

  /// The largest batch that fits, 0 where none does.
  package func largestBatch(in memory: Int, microBatch: Int? = nil) -> Int {
    var (low, high) = (0, 1 << 24)
    while low < high {
      let middle = (low + high + 1) / 2
      if byteCount(batch: middle, microBatch: microBatch) <= memory { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Two views of each sample compared with each other: a tile of similarities, and what is made of it.
  private static func pairs(_ batch: Int) -> Int { 2 * 4 * min(4 * batch * batch, max(1 << 22, 128 * 2 * batch)) }

  /// - Parameters:
  ///   - microBatch: the smallest that comes into question.
  ///   - smaller: the settings of the run at hand that make it smaller.
  func refusal(
    of what: String, batch: Int, microBatch: Int? = nil, memory: Int, smaller: [String]
  ) -> Refusal {
    let largest = largestBatch(in: memory, microBatch: microBatch)
    let parts = microBatch.map { $0 < batch ? ", even in micro-batches of \($0)" : "" } ?? ""
    return Refusal(
      "\(what) needs about \(Figure.bytes(byteCount(batch: batch, microBatch: microBatch))) of memory\(parts), and "
        + "\(Figure.bytes(memory)) are free",
      largest >= 2
        ? .change("the largest batch that fits is \(largest)", settings: [])
        : .change("make it smaller", settings: smaller))
  }

  package func sentence(batch: Int, microBatch: Int? = nil, memory: Int) -> String {
    "about \(Figure.bytes(byteCount(batch: batch, microBatch: microBatch))) of the \(Figure.bytes(memory)) that are free: weights and optimiser "
      + "\(Figure.bytes(step.fixed)), activations \(Figure.bytes(activations(batch: batch, microBatch: microBatch)))"
      + (batchesInMemory == 0 ? "" : ", batches made ahead \(Figure.bytes(batch * viewBytes * batchesInMemory))")
      + (keptBytes == 0 ? "" : ", decoded samples \(Figure.bytes(keptBytes))")
  }
}
