import Measures
import Samples
import Testing

@testable import Evaluation

/// Which line is said to be best, of results that are known.
@Suite struct VerdictTests {
  private static let kind = TargetKind.oneOf(["a", "b"])

  /// A result whose accuracy and balanced accuracy are `share`, of `count` samples.
  private static func result(_ share: Double, of count: Int = 1000, resamples: Int = 0) throws -> PredictionMetrics {
    let half = count / 2
    let right = Int((share * Double(half)).rounded())
    let told = (0..<2 * half).flatMap { sample -> [Double] in
      let (label, place) = (sample / half, sample % half)
      let predicted = place < right ? label : 1 - label
      return predicted == 0 ? [0.9, 0.1] : [0.1, 0.9]
    }
    let targets: [[Float]] = (0..<2 * half).map { $0 < half ? [1, 0] : [0, 1] }
    return try PredictionMetrics(told, targets: targets, kind: kind, resampleCount: resamples)
  }

  private static let names: [(ResultLine.Origin, String)] = [
    (.pretrained, "fine-tuned"), (.pretrained, "frozen, linear probe"), (.scratch, "supervised from scratch"),
    (.untrained, "untrained, linear probe"), (.rawInput, "raw input, linear probe"),
  ]

  /// All lines at `low` in each draw but one at `high`.
  private func lines(best: String, draws: Int, high: Double = 0.8, low: Double = 0.6) throws -> [ResultLine] {
    try Self.names.map { origin, name in
      ResultLine(
        name, origin,
        draws: try (0..<draws).map { try Self.result((name == best ? high : low) + 0.01 * Double($0)) }, isExact: false)
    }
  }

  @Test(arguments: names.map(\.1)) func theBestLineIsNamedWhicheverItIs(_ best: String) throws {
    for draws in [1, 2, 5] {
      let verdict = try #require(
        Verdict(of: try lines(best: best, draws: draws), target: Self.kind, labels: "48 labels", made: "fine-tuned"))
      let origin = try #require(Self.names.first { $0.1 == best }?.0)
      #expect(verdict.best == best && verdict.origin == origin)
      let opening = verdict.sentences[0]
      switch draws {
      case 1:
        #expect(verdict.outcome == .undecided)
        #expect(opening.hasPrefix("Highest with 48 labels: \(best), with 80.0 % balanced accuracy."), "\(opening)")
        #expect(opening.hasSuffix("One draw is too few to say that one is better."), "\(opening)")
      case 2:
        #expect(verdict.outcome == .undecided)
        #expect(
          opening.hasPrefix("Highest with 48 labels: \(best), with 80.0 and 81.0 % balanced accuracy."), "\(opening)")
        #expect(opening.contains("with 60.0 and 61.0 %") && !opening.contains("±"), "\(opening)")
        #expect(opening.hasSuffix("Two draws are too few to say that one is better."), "\(opening)")
      default:
        #expect(verdict.outcome == .clear)
        #expect(opening.hasPrefix("Best with 48 labels: \(best), with 82.0 % balanced accuracy."), "\(opening)")
        if origin == .pretrained {
          #expect(opening.contains("Best without pre-training: ") && opening.contains("with 62.0 %"), "\(opening)")
        } else {
          #expect(opening.contains("Best of this run: ") && opening.hasSuffix("pre-training does not help here."))
        }
      }
      // What was asked for is said to be worse only where five draws show it.
      let isWorse = verdict.text.contains("'fine-tuned', with 62.0 %, is worse than '\(best)'")
      #expect(isWorse == (best != "fine-tuned" && draws == 5), "\(verdict.text)")
      if best != "fine-tuned", draws < 5 {
        #expect(verdict.text.contains("is not shown to be better than '\(best)'"), "\(verdict.text)")
      }
    }
  }

  @Test func drawsThatDisagreeShowNoDifference() throws {
    let one = ResultLine(
      "fine-tuned", .pretrained, draws: try [0.7, 0.8, 0.6, 0.75].map { try Self.result($0) }, isExact: false)
    let other = ResultLine(
      "raw input, kNN", .rawInput, draws: try [0.75, 0.7, 0.65, 0.7].map { try Self.result($0) }, isExact: false)
    let verdict = try #require(Verdict(of: [one, other], target: Self.kind, labels: "20 labels"))
    #expect(verdict.outcome == .open && verdict.sentences[0].hasPrefix("Highest with 20 labels: fine-tuned"))
    #expect(verdict.sentences[0].hasSuffix("4 draws show no difference."), "\(verdict.text)")
  }

  /// With all labels, probes are the same in each draw: test samples are what chance has chosen.
  @Test func withAllLabelsTestSamplesDecide() throws {
    func exact(_ name: String, _ origin: ResultLine.Origin, _ share: Double, of count: Int) throws -> ResultLine {
      ResultLine(name, origin, draws: [try Self.result(share, of: count, resamples: 500)], isExact: true)
    }
    let clear = try #require(
      Verdict(
        of: [
          exact("this run, kNN", .pretrained, 0.7, of: 400), exact("raw input, linear probe", .rawInput, 0.8, of: 400),
        ],
        target: Self.kind, labels: "100 labels"))
    #expect(clear.outcome == .clear && clear.origin == .rawInput)
    // The same ten points on few samples.
    let few = try #require(
      Verdict(
        of: [
          exact("this run, kNN", .pretrained, 0.7, of: 20), exact("raw input, linear probe", .rawInput, 0.8, of: 20),
        ],
        target: Self.kind, labels: "100 labels"))
    #expect(few.outcome == .open && few.sentences[0].hasSuffix("20 test samples show no difference."), "\(few.text)")
    // A trained network of one draw decides nothing beside them.
    let trained = ResultLine("fine-tuned", .pretrained, draws: [try Self.result(0.95, of: 400)], isExact: false)
    let mixed = try #require(
      Verdict(
        of: [trained, exact("raw input, linear probe", .rawInput, 0.8, of: 400)], target: Self.kind,
        labels: "100 labels"))
    #expect(mixed.outcome == .undecided && mixed.best == "fine-tuned")
    let several = ResultLine(
      "fine-tuned", .pretrained, draws: try [0.95, 0.94, 0.96].map { try Self.result($0, of: 400) }, isExact: false)
    #expect(
      Verdict(
        of: [several, try exact("raw input, linear probe", .rawInput, 0.8, of: 400)], target: Self.kind,
        labels: "100 labels")?.outcome == .clear)
  }

  /// Pairs on the same samples show what intervals of each by itself hide.
  @Test func resultsOnTheSameSamplesAreComparedSampleBySample() throws {
    // 300 samples: one line is right where the other is, and on 12 more.
    let (one, other) = (
      try Self.result(0.80, of: 300, resamples: 1000), try Self.result(0.76, of: 300, resamples: 1000)
    )
    let lines = [
      ResultLine("raw input, linear probe", .rawInput, draws: [one], isExact: true),
      ResultLine("this run, kNN", .pretrained, draws: [other], isExact: true),
    ]
    #expect(Verdict(of: lines, target: Self.kind, labels: "all")?.outcome == .clear)
    let intervals = (one.balancedAccuracy?.interval, other.balancedAccuracy?.interval)
    #expect(try #require(intervals.0).overlaps(#require(intervals.1)))
  }

  @Test func withoutARivalOrAboutAsGoodAsGuessing() throws {
    let alone = ResultLine(
      "this run, kNN", .pretrained, draws: [try Self.result(0.52, of: 100, resamples: 300)], isExact: true)
    let verdict = try #require(Verdict(of: [alone], target: Self.kind, labels: "9 labels"))
    #expect(verdict.outcome == .alone && verdict.text.contains("Nothing without pre-training was judged beside it"))
    #expect(verdict.text.contains("Guessing has 50.0 %"), "\(verdict.text)")
    #expect(Verdict(of: [], target: Self.kind, labels: "9 labels") == nil)
  }

  @Test func anotherFigureMayNameAnotherLine() throws {
    func line(_ name: String, _ origin: ResultLine.Origin, _ predictions: [Double]) throws -> ResultLine {
      ResultLine(
        name, origin,
        draws: [
          try PredictionMetrics(
            predictions, targets: [[1, 0], [1, 0], [1, 0], [0, 1]], kind: Self.kind, resampleCount: 0)
        ], isExact: true)
    }
    // Always the frequent class; and the rare one found at the price of a frequent one.
    let frequent = try line("raw input, kNN", .rawInput, [0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4])
    let rare = try line("this run, kNN", .pretrained, [0.9, 0.1, 0.1, 0.9, 0.2, 0.8, 0.4, 0.6])
    let verdict = try #require(Verdict(of: [frequent, rare], target: Self.kind, labels: "4 labels"))
    #expect(verdict.best == "this run, kNN")
    #expect(verdict.text.contains("By accuracy, raw input, kNN is highest: 75.0 % beside 50.0 %."), "\(verdict.text)")
    #expect(verdict.text.contains("By AUROC, raw input, kNN is highest: 100.0 % beside 33.3 %."), "\(verdict.text)")
  }

  @Test func numbersAndMembershipsHaveAVerdictToo() throws {
    let numbers = try [[1.0, 2.1, 2.9, 4.2], [2.5, 2.5, 2.6, 2.4]].map {
      try PredictionMetrics($0, targets: [[1], [2], [3], [4]], kind: .number("size"), resampleCount: 0)
    }
    let verdict = try #require(
      Verdict(
        of: [
          ResultLine("fine-tuned", .pretrained, draws: [numbers[1]], isExact: false),
          ResultLine("raw input, linear probe", .rawInput, draws: [numbers[0]], isExact: false),
        ], target: .number("size"), labels: "4 labels", made: "fine-tuned"))
    #expect(verdict.best == "raw input, linear probe" && verdict.text.contains("R²"), "\(verdict.text)")
  }

  @Test func aCurveGivesTwoValuesAndNoIntervalOfTwo() throws {
    func point(_ line: LabelCurve.Line, _ shares: [Double]) throws -> LabelCurve.Point {
      try LabelCurve.Point(
        line: line, fraction: 0.1, labelCount: 10, results: shares.map { try Self.result($0) }, learningRate: nil,
        epochs: nil, seconds: 0)
    }
    let points = [
      try point(.rawProbe, [0.8, 0.6]), try point(.fineTuned, [0.7, 0.5]), try point(.supervised, [0.6, 0.4]),
    ]
    let verdict = try #require(LabelCurve.verdicts(on: points, Self.kind).first)
    #expect(verdict.best == "raw input, linear probe" && verdict.text.contains("80.0 and 60.0 %"), "\(verdict.text)")
    let saving = LabelSaving(points: points, target: Self.kind).sentences
    #expect(
      saving == [
        "Pre-trained and fine-tuned: with 10 labels two draws have 70.0 % beside 60.0 %, 50.0 % beside 40.0 % from scratch."
      ])
    let single = LabelSaving(points: [try point(.fineTuned, [0.9]), try point(.supervised, [0.1])], target: Self.kind)
    #expect(
      single.sentences == [
        "Pre-trained and fine-tuned: with 10 labels one draw has 90.0 % accuracy beside 10.0 % from scratch."
      ])
  }
}
