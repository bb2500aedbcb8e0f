import Foundation
import Learning
import Samples
import Torch

/// What is lost where outputs are not what targets say.
///
/// - one of several classes: −Σ wᶜ tᶜ log pᶜ over samples and classes, divided by Σ wᶜ tᶜ; a row of t sums to how much its
///   sample counts, 1 where that is not less certain than others;
/// - any of several: binary cross-entropy, a membership counted wᶜ times;
/// - a number: the mean squared distance.
struct TargetLoss {
  let kind: TargetKind
  /// The weight of each class; nil if all are the same.
  var weights: [Float]?
  var smoothing = 0.0

  /// - Parameters:
  ///   - outputs: [batch, outputs]
  ///   - targets: the same shape; may be mixed from those of several samples.
  func callAsFunction(_ outputs: Tensor, _ targets: Tensor) throws(TorchError) -> Tensor {
    let device = outputs.device
    let weights = try self.weights.map { values throws(TorchError) in try Tensor(values).to(device: device) }
    switch kind {
    case .oneOf(let classes):
      var wanted = try targets * (1 - smoothing) + targets.sum([1], keep: true) * (smoothing / Double(classes.count))
      if let weights { wanted = try wanted * weights }
      return try -((wanted * logSoftmax(outputs, 1)).sum() / wanted.sum())
    case .anyOf:
      let wanted = try targets * (1 - smoothing) + smoothing / 2
      return try binaryCrossEntropy(outputs, wanted, positiveWeight: weights)
    case .number: return try (outputs - targets).squared().mean()
    }
  }

  /// How much each class counts in training, with 1 as the mean over the samples; nil where all count the same.
  static func weights(
    _ choice: FineTuning.ClassWeights, for targets: [[Float]], kind: TargetKind
  ) -> [Float]? {
    guard choice != .none, kind.outputCount > 1 || kind.classes.count == 1 else { return nil }
    // By how far rare classes are raised: all the way, or half of it.
    let power = choice == .balanced ? 1 : 0.5
    switch kind {
    case .number: return nil
    case .oneOf:
      let masses = (0..<kind.outputCount).map { label in targets.reduce(0) { $0 + Double($1[label]) } }
      let present = masses.filter { $0 > 0 }
      guard let least = present.min(), let most = present.max() else { return nil }
      guard choice == .balanced || most > 3 * least else { return nil }
      let mean = present.reduce(0, +) / present.reduce(0) { $0 + pow($1, 1 - power) }
      return masses.map { $0 == 0 ? 0 : Float(mean / pow($0, power)) }
    case .anyOf:
      let counts = (0..<kind.outputCount).map { label in targets.count { $0[label] >= 0.5 } }
      // As often as it does not hold for each time it does, but no more than ten times.
      let ratios = counts.map { $0 == 0 ? 1 : Double(targets.count - $0) / Double($0) }
      guard choice == .balanced || ratios.contains(where: { $0 > 3 }) else { return nil }
      return ratios.map { Float(pow(min(max($0, 0.1), 10), power)) }
    }
  }
}
