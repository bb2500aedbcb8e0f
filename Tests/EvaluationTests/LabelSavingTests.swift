import Measures
import Samples
import Testing

@testable import Evaluation

/// What a curve is said to show, of accuracies that are known.
@Suite struct LabelSavingTests {
  private static let kind = TargetKind.oneOf(["a", "b"])

  /// A result whose accuracy is `share`, of 1,000 samples.
  private func result(_ share: Double) throws -> PredictionMetrics {
    let right = Int((share * 1000).rounded())
    let told = (0..<1000).flatMap { [$0 < right ? 0.9 : 0.1, $0 < right ? 0.1 : 0.9] }
    return try PredictionMetrics(
      told, targets: [[Float]](repeating: [1, 0], count: 1000), kind: Self.kind, resampleCount: 0)
  }

  private func point(_ line: LabelCurve.Line, _ labels: Int, _ shares: [Double]) throws -> LabelCurve.Point {
    try LabelCurve.Point(
      line: line, fraction: Double(labels) / 1000, labelCount: labels, results: shares.map(result), learningRate: nil,
      epochs: nil, seconds: 0)
  }

  @Test func savedLabelsAreReadOffTheOtherLine() throws {
    let points = [
      try point(.supervised, 10, [0.60, 0.61, 0.59]), try point(.supervised, 1000, [0.80, 0.81, 0.79]),
      try point(.fineTuned, 10, [0.70, 0.71, 0.69]), try point(.fineTuned, 1000, [0.90, 0.91, 0.89]),
    ]
    let sentences = LabelSaving(points: points, target: Self.kind).sentences
    #expect(sentences.count == 1)
    // Half way in the logarithm of 10 to 1000: 100.
    #expect(sentences[0].contains("70.0 % accuracy beside 60.0 % from scratch, for which that needs about 100"))
    #expect(sentences[0].contains("saves 90 of them"))
    #expect(sentences[0].contains("more than the 1000 that there are"))
  }

  @Test func whereItLosesThatIsSaid() throws {
    let points = [
      try point(.supervised, 10, [0.60, 0.61, 0.59]), try point(.supervised, 100, [0.80, 0.81, 0.79]),
      try point(.probe, 10, [0.50, 0.51, 0.49]), try point(.probe, 100, [0.70, 0.71, 0.69]),
      try point(.fineTuned, 10, [0.50, 0.51, 0.49]), try point(.fineTuned, 100, [0.78, 0.84, 0.78]),
    ]
    let sentences = LabelSaving(points: points, target: Self.kind).sentences
    #expect(sentences[0].contains("with 10 labels supervised training wins"))
    #expect(sentences[0].contains("with 100 labels the draws show no difference"))
    #expect(sentences[1].contains("supervised training from scratch wins at every number of labels"))
    #expect(LabelSaving(points: Array(points.suffix(2)), target: Self.kind).sentences.isEmpty)
  }
}
