import Learning
import Measures
import Samples
import Torch

/// Seconds that a step takes, including all that a run does between steps.
package struct StepCost: Sendable, Equatable {
  /// Seconds a step in the first epoch, when samples come from the disk.
  package let first: Double
  /// Seconds a step in later epochs, when the samples that fit into memory are there.
  package let later: Double

  package init(first: Double, later: Double) {
    self.first = first
    self.later = later
  }

  /// How many steps fit into a time; at least 1.
  package func steps(in seconds: Double, perEpoch: Int) -> Int {
    let firstEpoch = first * Double(perEpoch)
    let count =
      seconds <= firstEpoch ? seconds / first : Double(perEpoch) + (seconds - firstEpoch) / later
    return max(1, Int(exactly: count.rounded(.down)) ?? .max)
  }
}

extension RunConfiguration {
  /// Measures what a step costs here and now: some are made on a model that is thrown away.
  ///
  /// Of several processes, this one measures its part of a batch; what they send each other is not counted.
  ///
  /// - Parameter seconds: about how long to measure; three steps, made twice, are the least.
  package func measureStep(
    of data: any SampleCollection, training indices: [Int], within seconds: Double
  ) throws -> StepCost {
    if let processes {
      var part = self
      part.processes = nil
      part.batchSize = max(2, batchSize / processes)
      return try part.measureStep(of: data, training: indices, within: seconds)
    }
    try useThreads()
    let (method, optimizer) = try buildModel()
    let source = try data.trainingViews(viewPlan, of: indices, seed: seed)
    let clock = ContinuousClock()
    var aside = Duration.zero
    /// Seconds a step, with the wait for its batch, over the same first batches.
    func pass(atMost limit: Int) throws -> (seconds: Double, count: Int) {
      let loader = loader(of: source, sampleCount: indices.count, steps: 0..<limit)
      var start = clock.now
      var count = 0
      while let batch = try loader.next() {
        let position = position(at: 0)
        let (output, _) = try computeGradients(of: method, batch.views(on: torchDevice), at: position)
        try optimizer.step(learningRate: 0)
        try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
        try torchDevice.synchronize()
        count += 1
        if count == Self.warmUp {
          aside = try clock.measure { _ = try EmbeddingStatistics(output.embeddings) }
          start = clock.now
        }
        let elapsed = start.duration(to: clock.now) / .seconds(1)
        if count > Self.warmUp, elapsed > seconds / 2 { break }
      }
      loader.stop()
      return (start.duration(to: clock.now) / .seconds(1) / Double(max(1, count - Self.warmUp)), count)
    }
    let fresh = try pass(atMost: 1000)
    let again = try pass(atMost: fresh.count)
    // Statistics come every `logInterval` steps; neighbours and checkpoints are kept to some hundredths.
    let beside = aside / .seconds(1) / Double(logInterval)
    let share = data.labels == nil ? 1.02 : 1.04
    let kept = data.samplesInMemory(of: indices).share
    let later = fresh.seconds - max(0, fresh.seconds - again.seconds) * kept
    return StepCost(first: fresh.seconds * share + beside, later: later * share + beside)
  }

  /// Steps that are made before time counts: the first ones allocate.
  private static var warmUp: Int { 2 }
}
