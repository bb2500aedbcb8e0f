import Learning
import Measures
import Samples

/// What a run measures beside its loss, each at intervals so long that it costs little.
struct PeriodicMeasurements {
  /// As it is now: a run may become shorter.
  var configuration: RunConfiguration
  private let neighbours: OnlineNeighbours?
  private let heldOutLoss: HeldOutLoss?
  private let similarities: PairSimilarities?

  init(
    at data: any SampleCollection, training indices: [Int], heldOut: [Int], plan: ViewPlan,
    _ configuration: RunConfiguration
  ) throws {
    self.configuration = configuration
    neighbours = OnlineNeighbours(
      data: data, indices: indices, samplesPerEpoch: configuration.stepsPerEpoch * configuration.batchSize,
      batchSize: configuration.microBatchSize ?? configuration.batchSize)
    heldOutLoss = try HeldOutLoss(of: data, training: indices, heldOut: heldOut, plan: plan, configuration)
    similarities = configuration.patience == .auto ? PairSimilarities(of: data, training: indices, configuration) : nil
  }

  /// Whether the embeddings and norms of a step are measured.
  ///
  /// - Parameter step: counted from 1.
  func isDue(at step: Int) -> Bool {
    step == 1 || step.isMultiple(of: configuration.logInterval) || step == configuration.schedule.totalSteps
  }

  /// Whether similarities among samples are measured, which says whether the representation has settled. Where the rest of
  /// the run became shorter nothing is left to decide.
  ///
  /// - Parameter step: counted from 1.
  func areSimilaritiesDue(at step: Int) -> Bool {
    guard let similarities, similarities.isDue(at: step) else { return false }
    return configuration.schedule.shortening.map { step <= $0.step } ?? true
  }

  /// - Returns: whether the representation has settled.
  func noteSimilarities(in journal: Journal, after step: Int, _ encoder: Encoder) throws -> Bool {
    guard let look = try similarities?.measure(encoder, after: step) else { return false }
    return try journal.note(look)
  }

  /// Measures what is due at the end of an epoch or of the run.
  func note(
    in journal: Journal, afterEpoch epoch: Int, of method: any Method, _ encoder: Encoder, at position: RunPosition
  )
    throws
  {
    let isLast = position.step + 1 == configuration.schedule.totalSteps
    if let heldOutLoss, heldOutLoss.isDue(afterEpoch: epoch, isLast: isLast) {
      try journal.note(heldOutLoss.measure(method, at: position))
    }
    if let neighbours, neighbours.isDue(afterEpoch: epoch, isLast: isLast) {
      if let accuracy = try neighbours.accuracy(of: encoder) { journal.note(kNNAccuracy: accuracy) }
    }
  }
}
