import Foundation
import Learning
import Settings

/// The batch size, if the user chose none.
struct BatchChoice: Equatable {
  let size: Int
  let reason: String

  static let smallest = 16
  /// More than this is a decision, and not for a default to take.
  static let largest = 1024

  /// The preset's, halved until an epoch has enough steps for the schedule to work with.
  init(preset: Int, leastSteps steps: Int, sampleCount: Int, kind: String) {
    var batch = min(preset, Self.largest)
    var reason = batch == preset ? "the preset's" : "the preset's \(preset) is meant for many machines"
    while batch > Self.smallest, batch * steps > sampleCount {
      batch /= 2
      reason = "at least \(steps) steps an epoch for \(sampleCount) \(kind)"
    }
    if batch * steps > sampleCount { reason = "there are only \(sampleCount) \(kind)" }
    self.init(size: min(batch, sampleCount), reason: reason)
  }

  /// That of a run that would have few steps of `batch` samples.
  init(_ short: Preset.ShortRun, insteadOf batch: Int) {
    self.init(
      size: short.batchSize,
      reason:
        "of \(batch) there would be fewer than \(short.steps) steps; more of them, at a lower rate\(short.temperature == nil ? "" : " and temperature"), learn sooner"
    )
  }

  private init(size: Int, reason: String) {
    self.size = size
    self.reason = reason
  }

  /// Halved until it fits into `memory` bytes.
  ///
  /// - Throws: `Refusal` where not even the smallest fits.
  func fitting(_ estimate: MemoryEstimate, into memory: Int, smaller: [String]) throws(Refusal) -> BatchChoice {
    guard estimate.byteCount(batch: size) > memory else { return self }
    var batch = size
    while batch > 2, estimate.byteCount(batch: batch) > memory { batch = max(2, batch / 2) }
    guard estimate.byteCount(batch: batch) <= memory else {
      throw estimate.refusal(of: "The run", batch: batch, memory: memory, smaller: smaller)
    }
    return BatchChoice(
      size: batch,
      reason: "\(size) would need \(Figure.bytes(estimate.byteCount(batch: size))) of memory, and "
        + "\(Figure.bytes(memory)) are free")
  }
}
