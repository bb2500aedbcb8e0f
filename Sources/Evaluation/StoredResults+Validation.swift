import Measures
import Settings

// Results that lie in a run's folder are drawn and compared later: what an edited file says must not end the drawing.

private let mostSamples = 1_000_000_000_000
/// Squares of it are numbers, too.
private let greatest = 1e100

extension RepresentationReport: Validated {
  public func validate() throws(SettingError) {
    try Settings.check(step ?? 0, in: 0...Int.max, "step")
    try Settings.check(trainingCount, in: 0...mostSamples, "trainingCount")
    try Settings.check(testCount, in: 0...mostSamples, "testCount")
    try checkShare(majority, "majority")
    if let leakage { try Settings.validate(leakage, under: "leakage") }
    for (place, row) in rows.enumerated() {
      try checkShare(row.labelFraction, "rows[\(place)].labelFraction")
      try Settings.check(row.labelCount, in: 0...mostSamples, "rows[\(place)].labelCount")
      for (draw, result) in row.results.enumerated() {
        let name = "rows[\(place)].results[\(draw)]"
        try Settings.check(result.count, in: 0...mostSamples, "\(name).count")
        try checkEstimate(result.accuracy, "\(name).accuracy", checkShare)
        try checkEstimate(result.balancedAccuracy, "\(name).balancedAccuracy", checkShare)
        try checkEstimate(result.auroc, "\(name).auroc", checkShare)
      }
    }
  }
}

extension LabelCurve: Validated {
  public func validate() throws(SettingError) {
    try check(step ?? 0, in: 0...Int.max, "step")
    try check(pretrainingSeconds ?? 0, in: 0...greatest, "pretrainingSeconds")
    try check(trainingCount, in: 0...mostSamples, "trainingCount")
    try check(testCount, in: 0...mostSamples, "testCount")
    try Settings.validate(leakage, under: "leakage")
    for (place, point) in points.enumerated() {
      do {
        try point.validate()
      } catch {
        throw error.under("points[\(place)]")
      }
    }
  }
}

extension Leakage: Validated {
  package func validate() throws(SettingError) {
    try check(identicalCount, in: 0...mostSamples, "identicalCount")
    try check(nearCount, in: 0...mostSamples, "nearCount")
  }
}

extension LabelCurve.Point: Validated {
  public func validate() throws(SettingError) {
    try checkShare(fraction, "fraction")
    try check(labelCount, in: 1...mostSamples, "labelCount")
    try check(learningRate ?? 0, in: 0...greatest, "learningRate")
    try check(epochs ?? 0, in: 0...mostSamples, "epochs")
    try check(seconds, in: 0...greatest, "seconds")
    for (draw, result) in results.enumerated() { try Settings.validate(result, under: "results[\(draw)]") }
  }
}

extension PredictionMetrics: Validated {
  public func validate() throws(SettingError) {
    try check(count, in: 0...mostSamples, "count")
    try checkEstimate(accuracy, "accuracy", checkShare)
    try checkEstimate(balancedAccuracy, "balancedAccuracy", checkShare)
    try checkEstimate(auroc, "auroc", checkShare)
    try checkEstimate(macroF1, "macroF1", checkShare)
    if let calibrationError { try checkShare(calibrationError, "calibrationError") }
    try checkEstimate(meanAbsoluteError, "meanAbsoluteError", checkSize)
    try checkEstimate(r2, "r2", checkSize)
    try checkEstimate(spearman, "spearman", checkSize)
  }
}

/// A part of a whole, as exact as sums of numbers are.
private func checkShare(_ value: Double, _ name: String) throws(SettingError) {
  guard value > -1e-6, value < 1 + 1e-6 else { throw SettingError(name, value, expected: "from 0 to 1") }
}

private func checkSize(_ value: Double, _ name: String) throws(SettingError) {
  try check(value, in: -greatest...greatest, name)
}

private func checkEstimate(
  _ estimate: ClassificationMetrics.Estimate?, _ name: String,
  _ check: (Double, String) throws(SettingError) -> Void
) throws(SettingError) {
  guard let estimate else { return }
  try check(estimate.value, "\(name).value")
  guard let interval = estimate.interval else { return }
  try check(interval.lowerBound, "\(name).interval")
  try check(interval.upperBound, "\(name).interval")
}
