import Foundation
import Torch

/// Multinomial logistic regression with L2 regularisation: the linear probe.
///
/// Minimises scikit-learn's objective, C · Σ loss + ½‖weights‖², intercepts not penalised, over features that are centred and
/// scaled (`Scaling`) by those of the training samples. Two classes share one weight vector, as in scikit-learn. C is chosen
/// by stratified cross-validation on the training samples alone, of very many on an even part; folds divide no group.
/// Deterministic: no randomness is involved.
///
/// Computes in float64, on the device of the features (on the processor for an Apple GPU); it takes as much memory as
/// the features take in float64.
package struct LogisticRegression: Sendable, Codable, Hashable {
  /// The values of C to choose from, each above 0; the greater, the less regularised. Those after two that did worse and
  /// worse are not tried. Where there are none, the fallback is used.
  package var candidates: [Double]
  /// Folds of the cross-validation, at least 2; fewer where classes have fewer samples, or lie in fewer groups. Rare classes,
  /// with less than a fifth of all samples together, are left out of it instead.
  package var foldCount: Int
  /// C where no division into folds lets every class be both learned and held out, as where one has a single sample or lies
  /// in a single group; above 0. 1 is scikit-learn's default.
  package var fallback: Double
  package var scaling: Scaling

  package enum Scaling: String, Sendable, Codable, Hashable {
    /// Features are only centred, as they are where their sizes mean something, such as coordinates along principal axes.
    case none
    /// Each is divided by its standard deviation; a constant feature is only centred.
    case each
    /// All are divided by one number, the root of their mean variance, so that large ones stay larger: for vectors that were
    /// learned by their angles, as by contrastive losses, the small ones are often noise.
    case common
    /// `each` or `common`, whichever predicts held-out training samples better.
    case best
  }

  package init(
    candidates: [Double] = [1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2], foldCount: Int = 5, fallback: Double = 1,
    scaling: Scaling = .each
  ) {
    self.scaling = scaling
    self.candidates = candidates
    self.foldCount = foldCount
    self.fallback = fallback
  }

  /// How well one C did on samples that were held out.
  package struct Candidate: Codable, Sendable, Hashable {
    /// C.
    package let regularization: Double
    /// The mean over the samples that chose of −log probability of the sample's class, when its fold was held out.
    package let logLoss: Double
  }

  /// Learns to tell the classes apart.
  ///
  /// - Parameters:
  ///   - features: [samples, features]; finite.
  ///   - labels: from 0 to `classCount` − 1; at least two different ones. A class without a sample is never predicted.
  ///   - groups: one per sample, any integers, nil for a sample that belongs to none. C is chosen by how well samples of
  ///     other groups are predicted.
  /// - Throws: `MeasureError` where one of these conditions does not hold, or a number of this value is out of its range.
  package func fit(
    _ features: Tensor, labels: [Int], classCount: Int, groups: [Int?]? = nil
  ) throws(MeasureError) -> LinearClassifier {
    try checkRegularization("C", candidates + [fallback])
    try checkFoldCount(foldCount)
    let (count, _) = try checkMatrix("features", features)
    try checkLabels(labels, count: count, classCount: classCount)
    let classes = Set(labels).sorted()
    guard classes.count > 1 else { throw .oneClass(classes[0], count: count) }
    let rankOfClass = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    let targets = labels.map { rankOfClass[$0] ?? 0 }
    let choosing = try ChoosingSamples(targets, foldCount: foldCount, groups: groups)
    return try computing { () throws(TorchError) in
      let (scaling, scores) =
        try choosing.map { (choosing) throws(TorchError) in
          try compare(features, targets, choosing)
        } ?? (scaling == .best ? .each : scaling, [])
      let all = try LogisticProblem(
        features, targets: targets, classCount: classes.count,
        folds: choosing.flatMap { $0.isAll ? $0.folds : nil } ?? [Array(targets.indices)], scaling: scaling)
      // Candidates are in rising order, so that of equal ones the more regularised is chosen.
      let best = scores.min { $0.logLoss < $1.logLoss }?.regularization ?? fallback
      let start = all.start(excluding: nil)
      let solution = try all.solve(
        regularization: best, excluding: nil, from: start, accuracy: min(1, best * Double(count)).squareRoot() * 3e-4)
      let (weights, intercepts) = try all.onFeatures(solution.parameters)
      return LinearClassifier(
        classCount: classCount, classes: classes, weights: weights, intercepts: intercepts, regularization: best,
        crossValidation: scores, isConverged: solution.isConverged)
    }
  }

  /// How many samples choose the scaling, and how many choose C. As C is the variance that weights are expected to have, the
  /// best one for a part of the samples is near the best one for all.
  private static let (mostForScaling, mostForC) = (2000, 10_000)

  /// A problem of some samples, in folds.
  private func problem(
    _ features: Tensor, _ targets: [Int], _ folds: [[Int]], _ scaling: Scaling
  ) throws(TorchError) -> LogisticProblem {
    let kept = folds.joined().sorted()
    let place = Dictionary(uniqueKeysWithValues: zip(kept, 0...))
    let present = Set(kept.map { targets[$0] }).sorted()
    let rank = Dictionary(uniqueKeysWithValues: zip(present, 0...))
    return try LogisticProblem(
      features.indexed(by: Tensor(kept.map(Int64.init)).to(device: features.device)),
      targets: kept.map { rank[targets[$0]] ?? 0 }, classCount: present.count,
      folds: folds.map { $0.map { place[$0] ?? 0 } }, scaling: scaling)
  }

  /// Which scaling is used, and how well each C did with it, both by cross-validation.
  private func compare(
    _ features: Tensor, _ targets: [Int], _ choosing: ChoosingSamples
  ) throws(TorchError) -> (Scaling, [Candidate]) {
    func scores(_ scaling: Scaling, _ folds: [[Int]]) throws(TorchError) -> [Candidate] {
      try crossValidate(problem(features, targets, folds, scaling))
    }
    let many = choosing.atMost(Self.mostForC, targets) ?? choosing.folds
    guard scaling == .best else { return (scaling, try scores(scaling, many)) }
    guard let few = choosing.atMost(Self.mostForScaling, targets) else { return (.each, try scores(.each, many)) }
    func least(_ scores: [Candidate]) -> Double { scores.map(\.logLoss).min() ?? .infinity }
    let (each, common) = (try scores(.each, few), try scores(.common, few))
    let better = least(common) < least(each) ? Scaling.common : .each
    // Of few samples, all have chosen already.
    return (better, few == many ? (better == .common ? common : each) : try scores(better, many))
  }

  /// From the most to the least regularised candidate, each fold from its solution of the one before. The last ones take
  /// by far the longest, and samples that were held out are predicted ever worse once they have been predicted worse twice
  /// in succession: what follows is left out.
  private func crossValidate(_ problem: LogisticProblem) throws(TorchError) -> [Candidate] {
    var found: [Candidate] = []
    var starts = (0..<problem.foldCount).map { problem.start(excluding: $0) }
    for value in Set(candidates).sorted() {
      var loss = 0.0
      for fold in starts.indices {
        starts[fold] = try problem.solve(
          regularization: value, excluding: fold, from: starts[fold],
          accuracy: (value * Double(problem.sampleCount)).squareRoot() * 1e-3
        ).parameters
        loss += try problem.loss(of: starts[fold], on: fold)
      }
      found.append(Candidate(regularization: value, logLoss: loss / Double(problem.sampleCount)))
      if hasRisenTwice(found.map(\.logLoss)) { break }
    }
    return found
  }
}

/// What logistic regression learned: one score per class, linear in the features, and their softmax.
package struct LinearClassifier: Sendable {
  /// How many classes there are, with those that did not occur in training.
  package let classCount: Int
  /// The classes that occurred in training, rising.
  package let classes: [Int]
  /// [features, classes that occurred], row by row, on features as they are given.
  package let weights: [Double]
  /// One per class that occurred.
  package let intercepts: [Double]
  /// C as chosen.
  package let regularization: Double
  /// The candidates that were compared, from the most to the least regularised; empty where none could be.
  package let crossValidation: [LogisticRegression.Candidate]
  /// Whether the minimum was reached.
  package let isConverged: Bool

  /// The probability of each class; 0 for a class that did not occur in training.
  ///
  /// - Parameter features: [samples, features], as many features as in training; finite.
  /// - Returns: [samples, classes], from 0 to 1, each row summing to 1.
  /// - Throws: `MeasureError` where `features` are of another form.
  package func probabilities(of features: Tensor) throws(MeasureError) -> ClassScores {
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

/// `count` rows divided into parts of about 32 MB, where a row has `width` float64 columns.
func tiles(of count: Int, width: Int) -> [Range<Int>] {
  let size = max(64, (1 << 22) / max(1, width))
  return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
}
