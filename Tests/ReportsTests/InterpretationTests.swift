import Testing

@testable import Reports

/// Each sentence follows from numbers by a rule: here are the numbers, and what has to be said.
@Suite struct InterpretationTests {
  private func sound() -> Evidence {
    var evidence = Evidence()
    evidence.kind = "pictures"
    evidence.run = "runs/a"
    evidence.sampleCount = 1000
    evidence.step = 200
    evidence.totalSteps = 200
    evidence.epochs = 100
    evidence.hasLabels = true
    evidence.comparison = Evidence.Comparison(
      run: .init(value: 0.81, interval: 0.79...0.83), untrained: .init(value: 0.55, interval: 0.53...0.57),
      rawInput: .init(value: 0.6, interval: 0.58...0.62), classCount: 2, testCount: 1500, step: 200)
    evidence.spread = Evidence.Spread(rank: 60, peakRank: 64, deviation: 0.95)
    evidence.loss = Evidence.Loss(first: 5.5, last: 3.1, isFalling: false)
    return evidence
  }

  private func finding(_ evidence: Evidence, _ topic: Finding.Topic) -> Finding? {
    Interpretation(of: evidence).findings.first { $0.topic == topic }
  }

  private func advice(_ evidence: Evidence) -> String {
    Interpretation(of: evidence).findings.filter { $0.topic == .next }.map(\.text).joined(separator: "\n")
  }

  @Test func healthy() throws {
    let learned = try #require(finding(sound(), .learned))
    #expect(learned.tone == .good)
    for figure in ["81.0 %", "raw input 60.0 %", "untrained network 55.0 %", "guessing 50.0 %"] {
      #expect(learned.text.contains(figure), "\(figure)")
    }
    let collapse = try #require(finding(sound(), .collapse))
    #expect(collapse.tone == .good && collapse.text.contains("60 effective dimensions"))
    let certainty = try #require(finding(sound(), .certainty))
    #expect(certainty.tone == .neutral && certainty.text.contains("± 2.0 points") && certainty.text.contains("1,500"))
    #expect(advice(sound()).isEmpty)
  }

  @Test func collapsed() throws {
    for spread in [
      Evidence.Spread(rank: 1.2, peakRank: 50, deviation: 0.9),
      Evidence.Spread(rank: 40, peakRank: 50, deviation: 0.05),
    ] {
      var evidence = sound()
      evidence.spread = spread
      #expect(finding(evidence, .collapse)?.tone == .bad)
      #expect(advice(evidence).contains("--learning-rate"))
    }
  }

  @Test func whatWasSaidWhileItTrainedIsSaidAgain() {
    var evidence = sound()
    evidence.alarms = ["the weights have grown to 12 times what they were (since step 20); try a lower rate"]
    let said = Interpretation(of: evidence).findings.filter { $0.topic == .collapse && $0.tone == .bad }
    #expect(said.count == 1 && said[0].text.contains("12 times"))
  }

  @Test func fallingAndNarrowRanksAreNotACollapse() {
    var evidence = sound()
    evidence.spread = Evidence.Spread(rank: 20, peakRank: 60, deviation: 0.9)
    #expect(finding(evidence, .collapse)?.tone == .caution)
    #expect(finding(evidence, .collapse)?.text.contains("falling") == true)
    evidence.spread = Evidence.Spread(rank: 8, peakRank: 9, deviation: 0.9)
    #expect(finding(evidence, .collapse)?.tone == .caution)
    #expect(!advice(evidence).contains("collapse"))
    // A method without embeddings says nothing about them.
    evidence.spread = nil
    #expect(finding(evidence, .collapse) == nil)
  }

  @Test func worseThanRawInput() throws {
    var evidence = sound()
    evidence.comparison?.run = .init(value: 0.5, interval: 0.48...0.52)
    let learned = try #require(finding(evidence, .learned))
    #expect(learned.tone == .bad && learned.text.contains("worse than raw input"))
    #expect(advice(evidence).contains("--views shapes"))
    evidence.kind = "rows"
    #expect(!advice(evidence).contains("--views") && advice(evidence).contains("Raw input does better"))
  }

  @Test func aDifferenceWithinTheUncertaintyIsNone() throws {
    var evidence = sound()
    evidence.comparison?.run = .init(value: 0.62, interval: 0.58...0.66)
    let learned = try #require(finding(evidence, .learned))
    #expect(learned.tone == .caution && learned.text.contains("No difference from raw input can be shown"))
    #expect(finding(evidence, .certainty)?.tone == .neutral)
    evidence.comparison?.run = .init(value: 0.62, interval: 0.5...0.74)
    #expect(finding(evidence, .certainty)?.tone == .caution)
  }

  @Test func withoutLabels() throws {
    var evidence = sound()
    evidence.hasLabels = false
    evidence.comparison = nil
    let learned = try #require(finding(evidence, .learned))
    #expect(learned.tone == .neutral && learned.text.contains("Without labels") && learned.text.contains("5.5 to 3.1"))
    #expect(finding(evidence, .certainty) == nil)
    #expect(advice(evidence).contains("swiftlet evaluate runs/a DATA --labels FILE"))
  }

  @Test func labelsWithoutAnEvaluation() throws {
    var evidence = sound()
    evidence.comparison = nil
    evidence.agreement = Evidence.Agreement(accuracy: 0.9, majority: 0.6, count: 500)
    #expect(finding(evidence, .learned)?.tone == .neutral)
    evidence.agreement = Evidence.Agreement(accuracy: 0.61, majority: 0.6, count: 500)
    #expect(finding(evidence, .learned)?.tone == .bad)
    #expect(advice(evidence).contains("raw input"))
  }

  @Test func withoutBaselinesGuessingIsTheMeasure() {
    var evidence = sound()
    evidence.comparison?.untrained = nil
    evidence.comparison?.rawInput = nil
    #expect(finding(evidence, .learned)?.tone == .neutral)
    evidence.comparison?.run = .init(value: 0.51, interval: 0.48...0.54)
    #expect(finding(evidence, .learned)?.tone == .bad)
  }

  @Test func whatElseIsSaid() {
    var evidence = sound()
    evidence.step = 150
    #expect(advice(evidence).contains("swiftlet resume runs/a"))
    evidence = sound()
    evidence.comparison?.step = 100
    #expect(finding(evidence, .certainty)?.text.contains("evaluate it again") == true)
    evidence = sound()
    evidence.loss?.isFalling = true
    #expect(advice(evidence).contains("still falling"))
    evidence = sound()
    evidence.contradictoryGroups = 2
    evidence.dividedGroups = 1
    #expect(advice(evidence).contains("2 groups") && advice(evidence).contains("both sides"))
    evidence = sound()
    evidence.skippedCount = 51
    #expect(advice(evidence).contains("51 pictures could not be read"))
    evidence.skippedCount = 50
    #expect(advice(evidence).isEmpty)
  }
}
