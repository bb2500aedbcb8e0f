import Evaluation
import Foundation
import Testing

@testable import Reports

/// Each sentence follows from numbers by a rule: here are the numbers, and what has to be said.
@Suite struct InterpretationTests {
  private func sound() -> RunMeasurements {
    var measured = RunMeasurements()
    measured.kind = "pictures"
    measured.run = "runs/a"
    measured.sampleCount = 1000
    measured.step = 200
    measured.totalSteps = 200
    measured.epochs = 100
    measured.hasLabels = true
    measured.comparison = comparison(run: 0.81, untrained: 0.55, raw: 0.6)
    measured.spread = RunMeasurements.EmbeddingSpread(rank: 60, peakRank: 64, deviation: 0.95)
    measured.loss = RunMeasurements.LossCourse(first: 5.5, last: 3.1, isFalling: false)
    return measured
  }

  /// What a stored evaluation gives: figures with their intervals.
  private func comparison(
    run: Double?, untrained: Double? = nil, raw: Double? = nil, reach: Double = 0.02
  ) -> RunMeasurements.BaselineComparison? {
    func row(_ kind: String, _ value: Double?) -> String? {
      value.map { value in
        let estimate = "{\"value\":\(value),\"interval\":[\(value - reach),\(value + reach)]}"
        return """
          {"representation":"\(kind)","judge":"linear probe","labelFraction":1,"labelCount":900,"results":[{"count":1500,
          "accuracy":\(estimate),"balancedAccuracy":\(estimate)}]}
          """
      }
    }
    let rows = [row("this run", run), row("random initialisation", untrained), row("raw input", raw)]
    let text = """
      {"run":"a","step":200,"classes":["a","b"],"trainingCount":900,"testCount":1500,"division":"by the column",
      "majority":0.5,"skipped":[],"rows":[\(rows.compactMap(\.self).joined(separator: ","))]}
      """
    let report = try? JSONDecoder().decode(RepresentationReport.self, from: Data(text.utf8))
    return report.flatMap { RunMeasurements.BaselineComparison($0) }
  }

  private func finding(_ measured: RunMeasurements, _ topic: Finding.Topic) -> Finding? {
    Interpretation(of: measured).findings.first { $0.topic == topic }
  }

  private func advice(_ measured: RunMeasurements) -> String {
    Interpretation(of: measured).findings.filter { $0.topic == .next }.map(\.explanation.description).joined(
      separator: "\n")
  }

  private func remedies(_ measured: RunMeasurements) -> [Remedy] {
    Interpretation(of: measured).findings.compactMap(\.remedy)
  }

  /// That the embeddings are healthy says nothing of a network that saw half of the samples.
  @Test func lessThanAnEpochIsSaidBeforeCollapse() throws {
    var brief = sound()
    brief.epochs = 0.43
    let findings = Interpretation(of: brief).findings
    let length = try #require(findings.firstIndex { $0.explanation.description.contains("43.0 % of an epoch") })
    let collapse = try #require(findings.firstIndex { $0.topic == .collapse })
    #expect(length < collapse && findings[length].tone == .caution)
    brief.step = 100
    #expect(!Interpretation(of: brief).findings.contains { $0.explanation.description.contains("of an epoch") })
  }

  @Test func healthy() throws {
    let learned = try #require(finding(sound(), .learned))
    #expect(learned.tone == .good)
    #expect(
      learned.explanation.description
        == "It has learned something useful. Best with 900 labels: this run, linear probe, with 81.0 % balanced accuracy. "
        + "Best without pre-training: raw input, linear probe, with 60.0 %.")
    let collapse = try #require(finding(sound(), .collapse))
    #expect(collapse.tone == .good && collapse.explanation.description.contains("60 effective dimensions"))
    let certainty = try #require(finding(sound(), .certainty))
    #expect(
      certainty.tone == .neutral && certainty.explanation.description.contains("± 2.0 points")
        && certainty.explanation.description.contains("1,500"))
    #expect(advice(sound()).isEmpty)
  }

  @Test func collapsed() throws {
    for spread in [
      RunMeasurements.EmbeddingSpread(rank: 1.2, peakRank: 50, deviation: 0.9),
      RunMeasurements.EmbeddingSpread(rank: 40, peakRank: 50, deviation: 0.05),
    ] {
      var measured = sound()
      measured.spread = spread
      #expect(finding(measured, .collapse)?.tone == .bad)
      #expect(advice(measured).contains("learning rate") && remedies(measured) == [.preventCollapse])
    }
  }

  @Test func whatWasSaidWhileItTrainedIsSaidAgain() {
    var measured = sound()
    measured.alarms = ["the weights have grown to 12 times what they were (since step 20); try a lower rate"]
    let said = Interpretation(of: measured).findings.filter { $0.topic == .collapse && $0.tone == .bad }
    #expect(
      said.count == 1 && said[0].explanation.description.contains("during training: the weights have grown to 12 times")
    )
  }

  @Test func fallingAndNarrowRanksAreNotACollapse() {
    var measured = sound()
    measured.spread = RunMeasurements.EmbeddingSpread(rank: 20, peakRank: 60, deviation: 0.9)
    #expect(finding(measured, .collapse)?.tone == .caution)
    #expect(finding(measured, .collapse)?.explanation.description.contains("falling") == true)
    measured.spread = RunMeasurements.EmbeddingSpread(rank: 8, peakRank: 9, deviation: 0.9)
    #expect(finding(measured, .collapse)?.tone == .caution)
    #expect(!advice(measured).contains("collapse"))
    // A method without embeddings says nothing about them.
    measured.spread = nil
    #expect(finding(measured, .collapse) == nil)
  }

  @Test func worseThanRawInput() throws {
    var measured = sound()
    measured.comparison = comparison(run: 0.5, untrained: 0.55, raw: 0.6)
    let learned = try #require(finding(measured, .learned))
    #expect(
      learned.tone == .bad
        && learned.explanation.description.contains(
          "worse than what needs no training. Best with 900 labels: raw input, linear probe, with 60.0 %")
    )
    #expect(advice(measured).contains("Raw input does better"))
    #expect(remedies(measured) == [.changeViews])
    // The advice is the same for every kind of data.
    let advised = advice(measured)
    measured.kind = "rows"
    #expect(advice(measured) == advised)
  }

  @Test func aDifferenceWithinTheUncertaintyIsNone() throws {
    var measured = sound()
    measured.comparison = comparison(run: 0.62, untrained: 0.55, raw: 0.6, reach: 0.04)
    let learned = try #require(finding(measured, .learned))
    #expect(
      learned.tone == .caution
        && learned.explanation.description.contains("raw input, linear probe, with 60.0 %: 1,500 test samples show no"))
    #expect(finding(measured, .certainty)?.tone == .neutral)
    measured.comparison = comparison(run: 0.62, untrained: 0.55, raw: 0.6, reach: 0.12)
    #expect(finding(measured, .certainty)?.tone == .caution)
  }

  @Test func withoutLabels() throws {
    var measured = sound()
    measured.hasLabels = false
    measured.comparison = nil
    let learned = try #require(finding(measured, .learned))
    #expect(
      learned.tone == .neutral && learned.explanation.description.contains("Without labels")
        && learned.explanation.description.contains("5.5 to 3.1"))
    #expect(finding(measured, .certainty) == nil)
    #expect(advice(measured).contains("Compare it with raw input and an untrained network"))
    #expect(remedies(measured).contains(.evaluate))
  }

  @Test func labelsWithoutAnEvaluation() throws {
    var measured = sound()
    measured.comparison = nil
    measured.agreement = RunMeasurements.NeighbourAgreement(accuracy: 0.9, majority: 0.6, count: 500)
    #expect(finding(measured, .learned)?.tone == .neutral)
    measured.agreement = RunMeasurements.NeighbourAgreement(accuracy: 0.61, majority: 0.6, count: 500)
    #expect(finding(measured, .learned)?.tone == .bad)
    #expect(remedies(measured) == [.evaluate])
  }

  @Test func withoutBaselinesGuessingIsTheMeasure() {
    var measured = sound()
    measured.comparison = comparison(run: 0.81)
    #expect(finding(measured, .learned)?.tone == .neutral)
    measured.comparison = comparison(run: 0.51, reach: 0.03)
    #expect(finding(measured, .learned)?.explanation.description.contains("Guessing has 50.0 %") == true)
  }

  @Test func theUntrainedNetworkAndACurveHaveTheirWords() throws {
    var measured = sound()
    measured.comparison = comparison(run: 0.5, untrained: 0.65, raw: 0.6)
    #expect(finding(measured, .learned)?.tone == .bad && advice(measured).contains("The untrained network does better"))
    // A curve knows what an evaluation would say.
    measured.curveVerdicts = [try #require(measured.comparison?.verdict)]
    measured.comparison = nil
    #expect(
      finding(measured, .learned)?.explanation.description.contains("random initialisation, linear probe") == true)
    #expect(remedies(measured).isEmpty)
    measured.reservations = ["Only 10 test samples judge."]
    #expect(finding(measured, .certainty)?.tone == .caution)
  }

  @Test func whatElseIsSaid() {
    var measured = sound()
    measured.step = 150
    #expect(advice(measured).contains("Continue it"))
    measured = sound()
    measured.comparison?.step = 100
    #expect(finding(measured, .certainty)?.explanation.description.contains("evaluate it again") == true)
    measured = sound()
    measured.loss?.isFalling = true
    #expect(advice(measured).contains("still falling") && remedies(measured) == [.trainLonger])
    measured = sound()
    measured.groupsWithDifferentLabels = 2
    measured.groupsInSeveralParts = 1
    #expect(
      advice(measured).contains("2 groups of near-duplicates have different labels")
        && advice(measured).contains("1 group of near-duplicates lies in several parts"))
    measured = sound()
    measured.skippedCount = 51
    #expect(advice(measured).contains("51 pictures could not be read"))
    measured.skippedCount = 50
    #expect(advice(measured).isEmpty)
  }
}
