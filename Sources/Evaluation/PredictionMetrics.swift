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
    case .anyOf(let classes):
      let metrics = try MultiLabelMetrics(
        of: ClassScores(values: predictions, classCount: classes.count), targets: targets.flatMap(\.self),
        resampleCount: min(200, resampleCount))
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
  }

  /// Those that a kind has, the one to compare by first.
  package static func figures(of kind: TargetKind) -> [Figure] {
    let auroc = Figure(name: "AUROC", isPercent: true) { $0.auroc?.value }
    let calibration = Figure(name: "ECE", isPercent: true) { $0.calibrationError }
    switch kind {
    case .oneOf:
      return [
        Figure(name: "accuracy", isPercent: true) { $0.accuracy?.value },
        Figure(name: "balanced", isPercent: true) { $0.balancedAccuracy?.value }, auroc, calibration,
      ]
    case .anyOf:
      return [
        auroc, Figure(name: "memberships", isPercent: true) { $0.accuracy?.value },
        Figure(name: "macro F1", isPercent: true) { $0.macroF1?.value }, calibration,
      ]
    case .number:
      return [
        Figure(name: "R²", isPercent: false) { $0.r2?.value },
        Figure(name: "MAE", isPercent: false) { $0.meanAbsoluteError?.value },
        Figure(name: "Spearman", isPercent: false) { $0.spearman?.value },
      ]
    }
  }
}
