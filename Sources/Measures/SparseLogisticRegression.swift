import Foundation

/// Multinomial logistic regression with L2 regularisation on rows that are nearly all zeros, such as TF-IDF: the probe of
/// features that are too many for `LogisticRegression`.
///
/// Minimises scikit-learn's objective, C · Σ loss + ½‖weights‖², intercepts not penalised, over the features as they are. Two
/// classes share one weight vector, as in scikit-learn. C is chosen by stratified cross-validation on training samples alone, as in
/// `LogisticRegression`. Deterministic: no randomness is involved.
package struct SparseLogisticRegression: Sendable {
  /// The values of C to choose from, each above 0. Those after two that did worse and worse are not tried. Where there are
  /// none, the fallback is used.
  package var candidates: [Double]
  /// Folds of the cross-validation, at least 2.
  package var foldCount: Int
  /// C where no cross-validation is possible; above 0.
  package var fallback: Double

  /// How near to the minimum it ends, see `SparseLogisticProblem.solve`.
  package var accuracy = 1e-4

  /// Rows of length 1 need a C above 1: each of their features says little.
  package init(candidates: [Double] = [1, 3, 10, 30, 100, 300, 1000], foldCount: Int = 3, fallback: Double = 10) {
    self.candidates = candidates
    self.foldCount = foldCount
    self.fallback = fallback
  }

  /// So many samples choose C, evenly spread.
  private static let mostChoosing = 6000

  /// - Parameters:
  ///   - labels: from 0 to `classCount` − 1; at least two different ones. A class without a sample is never predicted.
  ///   - groups: one per sample, any integers, nil for a sample that belongs to none; folds divide none.
  /// - Throws: `MeasureError` where one of these conditions does not hold, or a number of this value is out of its range.
  package func fit(
    _ rows: SparseRows, labels: [Int], classCount: Int, groups: [Int?]? = nil
  ) throws(MeasureError) -> SparseLinearClassifier {
    try checkRegularization("C", candidates + [fallback])
    try checkFoldCount(foldCount)
    guard rows.count > 0 else { throw .tooFew("rows", found: 0, needed: 1) }
    try checkLabels(labels, count: rows.count, classCount: classCount)
    let classes = Set(labels).sorted()
    guard classes.count > 1 else { throw .oneClass(classes[0], count: labels.count) }
    let rank = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    let c = try chosen(rows, labels, groups) ?? fallback
    let problem = SparseLogisticProblem(rows, targets: labels.map { rank[$0] ?? 0 }, classCount: classes.count)
    let solution = problem.solve(regularization: c, from: problem.start, accuracy: accuracy)
    return SparseLinearClassifier(
      classCount: classCount, classes: classes, width: rows.width, parameters: solution.parameters,
      features: problem.features, regularization: c, isConverged: solution.isConverged)
  }

  /// The C under which held-out samples are likeliest; nil where no division into folds lets every class be both learned and
  /// held out.
  private func chosen(_ rows: SparseRows, _ labels: [Int], _ groups: [Int?]?) throws(MeasureError) -> Double? {
    guard !candidates.isEmpty, let choosing = try ChoosingSamples(labels, foldCount: foldCount, groups: groups)
    else { return nil }
    let folds = choosing.atMost(Self.mostChoosing, labels) ?? choosing.folds
    let parts = folds.indices.map { held in
      let members = folds.indices.filter { $0 != held }.flatMap { folds[$0] }.sorted()
      let present = Set(members.map { labels[$0] }).sorted()
      let rank = Dictionary(uniqueKeysWithValues: zip(present, 0...))
      return (
        problem: SparseLogisticProblem(
          rows[members], targets: members.map { rank[labels[$0]] ?? 0 }, classCount: present.count),
        held: rows[folds[held]], targets: folds[held].map { rank[labels[$0]] ?? 0 }
      )
    }
    var starts = parts.map(\.problem.start)
    var losses: [(c: Double, loss: Double)] = []
    for c in Set(candidates).sorted() {
      var loss = 0.0
      for (fold, part) in parts.enumerated() {
        starts[fold] = part.problem.solve(regularization: c, from: starts[fold], accuracy: 1e-3).parameters
        loss += part.problem.loss(of: starts[fold], on: part.held, part.targets)
      }
      losses.append((c, loss))
      if hasRisenTwice(losses.map(\.loss)) { break }
    }
    return losses.min { $0.loss < $1.loss }?.c
  }
}

/// What logistic regression learned from sparse rows.
package struct SparseLinearClassifier: Sendable {
  package let classCount: Int
  /// The classes that occurred in training, rising.
  package let classes: [Int]
  let width: Int
  let parameters: [Double]
  let features: SparseFeatures
  /// C as chosen.
  package let regularization: Double
  package let isConverged: Bool

  /// The probability of each class; 0 for a class that did not occur in training.
  ///
  /// - Parameter rows: as wide as those of the training.
  package func probabilities(of rows: SparseRows) throws(MeasureError) -> ClassScores {
    guard rows.width == width else {
      throw .shape("rows", found: [rows.count, rows.width], expected: "[samples, \(width)]")
    }
    var values = [Double](repeating: 0, count: rows.count * classCount)
    features.forEachScores(of: rows, parameters, classCount: classes.count) { row, scores in
      let normalizer = logSumExp(scores)
      for (column, label) in classes.enumerated() {
        values[row * classCount + label] = exp(scores[column] - normalizer)
      }
    }
    return try ClassScores(values: values, classCount: classCount)
  }
}

/// The features that occur in training, which alone have weights.
struct SparseFeatures: Sendable {
  /// The place of each column among the features, −1 for none.
  private let places: [Int32]
  let count: Int

  init(of rows: SparseRows) {
    var places = [Int32](repeating: -1, count: rows.width)
    for column in rows.columns { places[Int(column)] = 0 }
    var count: Int32 = 0
    for column in places.indices where places[column] == 0 {
      places[column] = count
      count += 1
    }
    self.places = places
    self.count = Int(count)
  }

  subscript(column: Int32) -> Int { Int(places[Int(column)]) }

  /// - Parameters:
  ///   - parameters: [features + 1, columns]; of two classes a single column, for the score of the first is 0.
  ///   - body: called with each row and its scores, one a class.
  func forEachScores(
    of rows: SparseRows, _ parameters: [Double], classCount: Int, _ body: (Int, [Double]) -> Void
  ) {
    let columns = classCount == 2 ? 1 : classCount
    var scores = [Double](repeating: 0, count: columns)
    for row in 0..<rows.count {
      for column in 0..<columns { scores[column] = parameters[count * columns + column] }
      for entry in rows.starts[row]..<rows.starts[row + 1] {
        let place = self[rows.columns[entry]]
        guard place >= 0 else { continue }
        let value = Double(rows.values[entry])
        for column in 0..<columns { scores[column] += value * parameters[place * columns + column] }
      }
      body(row, columns == 1 ? [0, scores[0]] : scores)
    }
  }
}

/// The samples of a sparse logistic regression. Parameters are as in `LogisticProblem`: [features + 1, columns], the last row
/// the intercepts, and a single column where there are two classes.
struct SparseLogisticProblem {
  let features: SparseFeatures
  private let rows: SparseRows
  private let targets: [Int]
  private let classCount: Int
  private var columns: Int { classCount == 2 ? 1 : classCount }

  /// - Parameter targets: classes without gaps, from 0 to `classCount` − 1.
  init(_ rows: SparseRows, targets: [Int], classCount: Int) {
    self.rows = rows
    self.targets = targets
    self.classCount = classCount
    features = SparseFeatures(of: rows)
  }

  /// Weights of zero, and intercepts that give each class its share of the samples.
  var start: [Double] {
    var counts = [Double](repeating: 0, count: classCount)
    for target in targets { counts[target] += 1 }
    let intercepts = columns == 1 ? [log(counts[1] / counts[0])] : counts.map { log($0 / Double(targets.count)) }
    return [Double](repeating: 0, count: features.count * columns) + intercepts
  }

  /// - Parameter accuracy: where its square times C times the samples is twice what the objective could still fall by, as far as
  ///   the curvature tells, it stops.
  func solve(
    regularization c: Double, from start: [Double], accuracy: Double
  ) -> (parameters: [Double], isConverged: Bool) {
    let tolerance = accuracy * (c * Double(rows.count)).squareRoot()
    var parameters = start
    for round in 0..<7 {
      // 1 / √ of the Hessian's diagonal, which changes as classes are told apart.
      let scales = pass(parameters, c, wantsCurvature: true).curvature.map { 1 / $0.squareRoot() }
      let solution = LBFGS(tolerance: tolerance, maximumSteps: 20 << round).minimise(
        from: zip(parameters, scales).map { $0 / $1 }
      ) { point in
        let found = pass(zip(point, scales).map { $0 * $1 }, c, wantsCurvature: false)
        return (found.value, zip(found.gradient, scales).map { $0 * $1 })
      }
      parameters = zip(solution.point, scales).map { $0 * $1 }
      if solution.isConverged { return (parameters, true) }
    }
    return (parameters, false)
  }

  /// The objective with its gradient, and the diagonal of its Hessian where it is wanted.
  private func pass(
    _ parameters: [Double], _ c: Double, wantsCurvature: Bool
  ) -> (value: Double, gradient: [Double], curvature: [Double]) {
    let columns = columns
    var value = 0.0
    let penalized = features.count * columns
    var gradient = parameters
    for index in penalized..<gradient.count { gradient[index] = 0 }
    for index in 0..<penalized { value += parameters[index] * parameters[index] / 2 }
    // Nothing penalises an intercept, and where all samples are told apart its loss hardly curves either.
    var curvature = wantsCurvature ? [Double](repeating: 1, count: parameters.count) : []
    if wantsCurvature { for index in penalized..<parameters.count { curvature[index] = 1e-6 } }
    var residuals = [Double](repeating: 0, count: columns)
    var variances = residuals
    features.forEachScores(of: rows, parameters, classCount: classCount) { row, scores in
      let normalizer = logSumExp(scores)
      value += c * (normalizer - scores[targets[row]])
      let first = classCount - columns
      for column in 0..<columns {
        let probability = exp(scores[column + first] - normalizer)
        residuals[column] = c * (probability - (targets[row] == column + first ? 1 : 0))
        variances[column] = c * probability * (1 - probability)
        gradient[penalized + column] += residuals[column]
        if wantsCurvature { curvature[penalized + column] += variances[column] }
      }
      for entry in rows.starts[row]..<rows.starts[row + 1] {
        let place = features[rows.columns[entry]] * columns
        let weight = Double(rows.values[entry])
        for column in 0..<columns { gradient[place + column] += weight * residuals[column] }
        if wantsCurvature {
          for column in 0..<columns { curvature[place + column] += weight * weight * variances[column] }
        }
      }
    }
    return (value, gradient, curvature)
  }

  /// Σ −log probability of their class over other rows.
  func loss(of parameters: [Double], on rows: SparseRows, _ targets: [Int]) -> Double {
    var loss = 0.0
    features.forEachScores(of: rows, parameters, classCount: classCount) { row, scores in
      loss += logSumExp(scores) - scores[targets[row]]
    }
    return loss
  }
}

private func logSumExp(_ scores: [Double]) -> Double {
  let greatest = scores.max() ?? 0
  return greatest + log(scores.reduce(0) { $0 + exp($1 - greatest) })
}
