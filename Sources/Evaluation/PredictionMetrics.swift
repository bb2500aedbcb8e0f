import Measures
import Samples

/// How good predictions are: the figures for their kind of target, nil for the others.
package struct PredictionMetrics: Codable, Sendable, Hashable {
  package typealias Estimate = ClassificationMetrics.Estimate

  /// Test samples.
  package let count: Int
  package var accuracy: Estimate?
  package var balancedAccuracy: Estimate?
  package var auroc: Estimate?
  /// See `expectedCalibrationError`.
  package var calibrationError: Double?
  package var macroF1: Estimate?
  package var meanAbsoluteError: Estimate?
  package var r2: Estimate?
  package var spearman: Estimate?
  /// Precision and recall of each class; nil for numbers. Not recorded with every draw: `ClassResults(of:)` sums them up.
  package private(set) var perClass: PerClass?

  /// What is known of each class.
  package enum PerClass: Sendable, Hashable {
    case oneOf(ClassTally)
    case anyOf(ClassResults)
  }

  private enum CodingKeys: String, CodingKey {
    case count, accuracy, balancedAccuracy, auroc, calibrationError, macroF1, meanAbsoluteError, r2, spearman
  }

  /// Of one class among several.
  package init(_ metrics: ClassificationMetrics, tally: ClassTally? = nil) {
    count = metrics.count
    accuracy = metrics.accuracy
    balancedAccuracy = metrics.balancedAccuracy
    auroc = metrics.auroc
    perClass = tally.map { .oneOf($0) }
  }

  /// - Parameters:
  ///   - predictions: [samples, outputs] row by row, as `TunedNetwork.predictions(of:)` gives it.
  ///   - targets: one row a sample.
  package init(_ predictions: [Double], targets: [[Float]], kind: TargetKind, resampleCount: Int = 1000)
    throws(MeasureError)
  {
    count = targets.count
    switch kind {
    case .oneOf(let classes):
      let scores = try ClassScores(values: predictions, classCount: classes.count)
      let labels = targets.map { $0.firstIndex(of: 1) ?? 0 }
      let metrics = try ClassificationMetrics(of: scores, labels: labels, resampleCount: resampleCount)
      accuracy = metrics.accuracy
      balancedAccuracy = metrics.balancedAccuracy
      auroc = metrics.auroc
      calibrationError = try expectedCalibrationError(of: scores, labels: labels)
      perClass = .oneOf(try ClassTally(scores, labels: labels))
    case .anyOf(let classes):
      let scores = try ClassScores(values: predictions, classCount: classes.count)
      let memberships = targets.flatMap(\.self)
      let metrics = try MultiLabelMetrics(
        of: scores, targets: memberships, resampleCount: min(200, resampleCount))
      perClass = .anyOf(ClassResults(memberships: scores, targets: memberships, names: classes))
      accuracy = metrics.accuracy
      auroc = metrics.auroc
      macroF1 = metrics.macroF1
      calibrationError = metrics.calibrationError
    case .number:
      let metrics = try RegressionMetrics(
        predictions: predictions, targets: targets.map { Double($0[0]) }, resampleCount: resampleCount)
      meanAbsoluteError = metrics.meanAbsoluteError
      r2 = metrics.r2
      spearman = metrics.spearman
    }
  }

  /// A figure of a kind of target, and how it is written.
  package struct Figure: Sendable {
    package let name: String
    package let isPercent: Bool
    package let value: @Sendable (PredictionMetrics) -> Double?
    /// Over test samples; nil where it was not measured.
    package let interval: @Sendable (PredictionMetrics) -> ClosedRange<Double>?

    fileprivate init(
      _ name: String, isPercent: Bool = true, isShare: Bool = false,
      _ estimate: @escaping @Sendable (PredictionMetrics) -> Estimate?
    ) {
      self.name = name
      self.isPercent = isPercent
      value = { estimate($0)?.value }
      interval = { metrics in
        estimate(metrics).flatMap { isShare ? $0.interval(ofShareOf: metrics.count) : $0.interval }
      }
    }

    /// - Parameter value: of which no interval is known.
    fileprivate init(_ name: String, value: @escaping @Sendable (PredictionMetrics) -> Double?) {
      (self.name, isPercent, self.value, interval) = (name, true, value, { _ in nil })
    }
  }

  /// Those that a kind has, the one to compare by first.
  package static func figures(of kind: TargetKind) -> [Figure] {
    let auroc = Figure("AUROC") { $0.auroc }
    let calibration = Figure("ECE", value: \.calibrationError)
    switch kind {
    case .oneOf:
      return [
        Figure("accuracy", isShare: true) { $0.accuracy }, Figure("balanced") { $0.balancedAccuracy }, auroc,
        calibration,
      ]
    case .anyOf:
      return [
        auroc, Figure("memberships") { $0.accuracy }, Figure("macro F1") { $0.macroF1 }, calibration,
      ]
    case .number:
      return [
        Figure("R²", isPercent: false) { $0.r2 }, Figure("MAE", isPercent: false) { $0.meanAbsoluteError },
        Figure("Spearman", isPercent: false) { $0.spearman },
      ]
    }
  }
}

extension ClassResults {
  /// Of several draws of the labels, counted together; where a sample may have several classes, of the first.
  ///
  /// - Returns: nil for numbers, and for what was read from a file.
  package init?(of draws: [PredictionMetrics], names: [String]) {
    let tallies = draws.compactMap { draw -> ClassTally? in
      if case .oneOf(let tally) = draw.perClass { tally } else { nil }
    }
    if let tally = ClassTally(summing: tallies) {
      self.init(tally, names: names, drawCount: tallies.count)
    } else if case .anyOf(let results) = draws.first?.perClass {
      self = results
    } else {
      return nil
    }
  }
}
