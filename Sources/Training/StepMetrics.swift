import Foundation
import Measures
import Optimizers

/// One line of `metrics.jsonl`: no clock values, so that two logs can be compared byte by byte.
public struct StepMetrics: Codable, Sendable, Equatable {
  /// Counted from 1.
  public var step: Int
  /// Counted from 0.
  public var epoch: Int
  public var loss: Float
  public var learningRate: Float
  // Every `logInterval` steps, over the embeddings of the batch that the loss looks at:
  /// Where the method has embeddings of two views.
  public var alignment: Float?
  public var uniformity: Float?
  public var standardDeviation: Float?
  public var effectiveRank: Float?
  /// The effective rank of the embeddings after their mean is subtracted.
  public var centredRank: Float?
  /// The standard deviation of the embeddings as they are, before any scaling to unit length.
  public var embeddingScale: Float?
  /// The norm of all gradients together, before any clipping.
  public var gradientNorm: Float?
  /// The norm of all trained weights together, before the step.
  public var weightNorm: Float?
  // At the end of some epochs, where samples are held out:
  /// The loss on them, and on as many that the run trains on.
  public var heldOutLoss: Float?
  public var seenLoss: Float?
  /// How well similarities among samples agree with those at two thirds of the steps, 1 where they are the same; of runs
  /// that end when the representation has settled.
  public var stability: Float?
  // At the end of some epochs, where labels exist:
  /// Leave-one-out accuracy of weighted nearest neighbours on the features of labelled training samples.
  public var kNNAccuracy: Float?

  init(step: Int, epoch: Int, loss: Float, learningRate: Float) {
    self.step = step
    self.epoch = epoch
    self.loss = loss
    self.learningRate = learningRate
  }

  mutating func add(_ statistics: EmbeddingStatistics, norms: (gradients: Double, weights: Double)) {
    embeddingScale = Float(statistics.scale)
    gradientNorm = Float(norms.gradients)
    weightNorm = Float(norms.weights)
    alignment = statistics.alignment.map { Float($0) }
    uniformity = Float(statistics.uniformity)
    standardDeviation = Float(statistics.standardDeviation)
    effectiveRank = Float(statistics.effectiveRank)
    centredRank = Float(statistics.centredRank)
  }
}

/// One line of `timing.jsonl`.
package struct StepTiming: Codable, Sendable {
  package var step: Int
  /// Since the program was launched.
  package var seconds: Double
  /// Samples a second since the line before.
  package var samplesPerSecond: Double
  /// Which part of the time since the line before the steps waited for their views, 0 to 1; nil in older runs.
  package var waiting: Double?
}

extension [StepTiming] {
  /// From launch to the last line, over all sessions of a run.
  public var secondsOverSessions: Double {
    var total = 0.0
    var last = 0.0
    for line in self {
      // Each session counts from its own launch.
      total += line.seconds >= last ? line.seconds - last : line.seconds
      last = line.seconds
    }
    return total
  }
}

extension StepTiming {
  /// How long a run has taken, as its log says; nil where it says nothing.
  package static func seconds(of run: RunFolder) -> Double? {
    let lines = RunFolder.readableLines(of: StepTiming.self, in: run.timing)
    return lines.isEmpty ? nil : lines.secondsOverSessions
  }
}

/// The progress of a run, reported at every log interval. The metrics read as its own: `step.loss`.
@dynamicMemberLookup
public struct TrainingProgress: Sendable {
  public let metrics: StepMetrics
  public let totalSteps: Int
  /// Where the run became shorter than planned; nil where it did not.
  public let shortening: Schedule.Shortening?
  public let samplesPerSecond: Double
  /// Estimated from the steps of this session.
  public let secondsLeft: Double
  /// The last accuracy that was measured.
  public let kNNAccuracy: Float?
  /// Which part of the time the steps of this session, but for the first, waited for their views: 0 to 1.
  public let waiting: Double
  /// What has gone wrong since the last time.
  public internal(set) var alarm: Alarm?

  public subscript<Value>(dynamicMember member: KeyPath<StepMetrics, Value>) -> Value { metrics[keyPath: member] }
}
