import Learning
import Measures
import Samples
import Torch

/// Measures the similarities of fixed pairs of training samples, as the network sees them without any augmentation.
struct PairSimilarities {
  /// Samples that take part, evenly spread over the data; as many pairs.
  static let sampleLimit = 256
  static let fewest = 16
  /// Which part of the training the forward passes may cost.
  static let costShare = 0.03

  private let source: any ViewSource
  private let count: Int
  private let interval: Int
  private let batchSize: Int

  /// Nil where there are too few samples.
  init?(of data: any SampleCollection, training: [Int], _ configuration: RunConfiguration) {
    let chosen = training.evenlySpread(Self.sampleLimit)
    guard chosen.count >= Self.fewest else { return nil }
    count = chosen.count
    source = data.evaluationView(of: chosen)
    batchSize = configuration.microBatchSize ?? configuration.batchSize
    // A sample that is trained on costs about six forward passes: two views, forward and backward.
    let affordable = Double(count) / (6 * Double(configuration.batchSize) * Self.costShare)
    let planned = Double(configuration.schedule.plannedSteps)
    interval = max(1, Int(max(affordable, planned / Double(SettlingWatch.mostLooks)).rounded(.up)))
  }

  /// - Parameter step: counted from 1.
  func isDue(at step: Int) -> Bool { step.isMultiple(of: interval) }

  /// Cosines between centred features, in thousandths; nil where a sample cannot be read any more.
  func measure(_ encoder: Encoder, after step: Int) throws -> SettlingWatch.Look? {
    let (features, samples, _) = try encoder.features(of: source, batchSize: batchSize)
    guard samples.count == count else { return nil }
    let centred = try features - features.mean([0], keep: true)
    let units = try centred / (centred.squared().sum([1], keep: true).squareRoot() + 1e-12)
    let others = (0..<count).map { Int64(partner(of: $0)) }
    let cosines = try (units * units.indexed(by: Tensor(others))).sum([1]).values(as: Float.self)
    return SettlingWatch.Look(
      step: step, similarities: cosines.map { $0.isFinite ? Int(($0 * 1000).rounded()) : 0 })
  }

  /// Another sample, scattered over the list, so that pairs are of near and of far samples.
  private func partner(of sample: Int) -> Int { (sample + 1 + sample * 7919 % (count - 1)) % count }
}
