import Foundation
import Torch

/// Multinomial logistic regression with L2 regularisation: the linear probe.
///
/// Minimises scikit-learn's objective, C · Σ loss + ½‖weights‖², intercepts not penalised, over features that are
/// standardised by the mean and standard deviation of the training samples (a constant feature is only centred). Two
/// classes share one weight vector, as in scikit-learn. C is chosen by stratified cross-validation on the training
/// samples alone. Deterministic: no randomness is involved.
///
/// Computes in float64, on the device of the features (on the processor for an Apple GPU); it takes as much memory as
/// the features take in float64.
public struct LogisticRegression: Sendable, Codable, Hashable {
  /// The values of C to choose from; the greater, the less regularised. None: the fallback.
  public var candidates: [Double]
  /// Parts of the cross-validation; fewer where the smallest class has fewer samples.
  public var foldCount: Int
  /// C where a class has a single sample, so that none can be held out; scikit-learn's default.
  public var fallback: Double

  public init(
    candidates: [Double] = [1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2], foldCount: Int = 5, fallback: Double = 1
  ) {
    self.candidates = candidates
    self.foldCount = foldCount
    self.fallback = fallback
  }

  /// How well one C did on samples that were held out.
  public struct Candidate: Codable, Sendable, Hashable {
    public let regularization: Double
    /// The mean over all training samples of −log probability of the sample's class, when its fold was held out.
    public let logLoss: Double
  }

  /// Learns to tell the classes apart.
  ///
  /// - Parameters:
  ///   - features: [samples, features].
  ///   - labels: from 0 to `classCount` − 1; at least two different ones. A class without a sample is never predicted.
  public func fit(_ features: Tensor, labels: [Int], classCount: Int) throws(MeasureError) -> LinearClassifier {
    for value in candidates + [fallback] where !(value > 0 && value.isFinite) {
      throw .parameter("C", found: "\(value)", expected: "a number above 0")
    }
    guard foldCount > 1 else { throw .parameter("foldCount", found: "\(foldCount)", expected: "at least 2") }
    let (count, _) = try checkMatrix("features", features)
    try checkLabels(labels, count: count, classCount: classCount)
    let classes = Set(labels).sorted()
    guard classes.count > 1 else { throw .oneClass(classes[0], count: count) }
    let rankOfClass = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    let targets = labels.map { rankOfClass[$0] ?? 0 }
    let smallest = Dictionary(grouping: targets) { $0 }.values.map(\.count).min() ?? 0
    let folds = smallest > 1 ? min(foldCount, smallest) : 1
    return try computing { () throws(TorchError) in
      let problem = try LogisticProblem(features, targets: targets, classCount: classes.count, foldCount: folds)
      let scores = try folds > 1 ? crossValidate(problem) : []
      // Of equals the more regularised: candidates are compared in rising order.
      let best = scores.min { $0.logLoss < $1.logLoss }?.regularization ?? fallback
      let start = problem.start(excluding: nil)
      let solution = try problem.solve(
        regularization: best, excluding: nil, from: start, accuracy: min(1, best * Double(count)).squareRoot() * 3e-4)
      let (weights, intercepts) = try problem.onFeatures(solution.parameters)
      return LinearClassifier(
        classCount: classCount, classes: classes, weights: weights, intercepts: intercepts, regularization: best,
        crossValidation: scores, isConverged: solution.isConverged)
    }
  }

  private func crossValidate(_ problem: LogisticProblem) throws(TorchError) -> [Candidate] {
    let values = Set(candidates).sorted()
    var losses = [Double](repeating: 0, count: values.count)
    for fold in 0..<problem.foldCount {
      // From the most to the least regularised, each from where the last one ended.
      var parameters = problem.start(excluding: fold)
      for (index, value) in values.enumerated() {
        parameters = try problem.solve(
          regularization: value, excluding: fold, from: parameters,
          accuracy: (value * Double(problem.sampleCount)).squareRoot() * 1e-3
        ).parameters
        losses[index] += try problem.loss(of: parameters, on: fold)
      }
    }
    return zip(values, losses).map { Candidate(regularization: $0, logLoss: $1 / Double(problem.sampleCount)) }
  }
}

/// What logistic regression learned: one score per class, linear in the features, and their softmax.
public struct LinearClassifier: Sendable {
  public let classCount: Int
  /// The classes that occurred in training, rising.
  public let classes: [Int]
  /// [features, classes that occurred], row by row, on features as they are given.
  public let weights: [Double]
  public let intercepts: [Double]
  /// C as chosen.
  public let regularization: Double
  /// Every candidate, from the most to the least regularised; empty where none could be compared.
  public let crossValidation: [LogisticRegression.Candidate]
  /// Whether the minimum was reached.
  public let isConverged: Bool

  /// The probability of each class; 0 for a class that did not occur in training.
  ///
  /// - Parameter features: [samples, features], as many as in training.
  public func probabilities(of features: Tensor) throws(MeasureError) -> ClassScores {
    let (count, width) = try checkMatrix("features", features, width: weights.count / classes.count)
    var values = [Double](repeating: 0, count: count * classCount)
    try computing { () throws(TorchError) in
      let device = features.device.kind == .mps ? .cpu : features.device
      let matrix = try Tensor(weights, shape: [width, classes.count]).to(device: device)
      let offsets = try Tensor(intercepts).to(device: device)
      for range in tiles(of: count, width: max(width, classes.count)) {
        let logits = try doublePrecision(features.rows(range)).matmul(matrix) + offsets
        let probabilities = try softmax(logits, 1).values(as: Double.self)
        for row in range {
          for (column, label) in classes.enumerated() {
            values[row * classCount + label] = probabilities[(row - range.lowerBound) * classes.count + column]
          }
        }
      }
    }
    return try ClassScores(values: values, classCount: classCount)
  }
}

/// Parts of `count` rows of which `width` float64 columns take about 32 MB.
func tiles(of count: Int, width: Int) -> [Range<Int>] {
  let size = max(64, (1 << 22) / max(1, width))
  return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
}
