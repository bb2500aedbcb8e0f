import Testing

@testable import Training

/// Numbers as a run would write them, and what has to be said of them.
@Suite struct CollapseSentinelTests {
  private func line(_ step: Int, _ change: (inout StepMetrics) -> Void = { _ in }) -> StepMetrics {
    var line = StepMetrics(step: step, epoch: step / 20, loss: 5 - Float(step) / 1000, learningRate: 0.01)
    line.standardDeviation = 0.9
    line.effectiveRank = 40
    line.embeddingScale = 1
    line.gradientNorm = 1
    line.weightNorm = 50
    change(&line)
    return line
  }

  private func alarms(_ lines: [StepMetrics], chanceLoss: Double? = nil) -> [Alarm] {
    var sentinel = CollapseSentinel(chanceLoss: chanceLoss, stepsPerEpoch: 20)
    return lines.compactMap { sentinel.check($0) }
  }

  /// A look every ten steps; what is wrong is so from step 50 on.
  private func run(_ change: @escaping (inout StepMetrics) -> Void) -> [StepMetrics] {
    (0..<20).map { look in line(max(1, look * 10)) { if look >= 5 { change(&$0) } } }
  }

  @Test func aHealthyRunIsLeftAlone() { #expect(alarms(run { _ in }, chanceLoss: 8.3) == []) }

  @Test(arguments: [Alarm.Kind.alike, .shrunk, .fewDimensions, .exploded])
  func eachSignIsSaidOnceAndOnlyWhenItStays(_ kind: Alarm.Kind) {
    func change(_ line: inout StepMetrics) {
      switch kind {
      case .alike: line.standardDeviation = 0.01
      case .shrunk: line.embeddingScale = 0.001
      case .fewDimensions: line.effectiveRank = 1.2
      case .exploded: line.weightNorm = 900
      case .notANumber, .chance, .overfitting: break
      }
    }
    let found = alarms(run(change))
    #expect(found.map(\.kind) == [kind])
    #expect(found.first?.since == 50 && found.first?.step == 70)
    // Two looks are no sign yet, nor are many with a sound one between them.
    #expect(alarms((0..<20).map { look in line(look * 10 + 1) { if look % 3 != 0 { change(&$0) } } }) == [])
  }

  @Test func stayingWhereGuessingIsIsSaidOfMethodsThatKnowIt() {
    let stuck = run { $0.loss = 8.31 }
    #expect(alarms(stuck, chanceLoss: 8.3178).map(\.kind) == [.chance])
    #expect(alarms(stuck) == [])
    #expect(alarms(run { $0.loss = 8.0 }, chanceLoss: 8.3178) == [])
  }

  /// Features of a transformer have much in common from the start; only what is lost of their spread is a sign.
  @Test func whatBeganNarrowIsNotAlike() {
    let narrow = (0..<20).map { look in
      line(max(1, look * 10)) {
        $0.standardDeviation = look == 0 ? 0.06 : 0.03
        $0.effectiveRank = 1.5
        $0.centredRank = 9
      }
    }
    #expect(alarms(narrow) == [])
    let lost = narrow.map { line in
      var line = line
      if line.step > 1 { line.standardDeviation = 0.008 }
      return line
    }
    #expect(alarms(lost).map(\.kind) == [.alike])
  }

  /// What restores hidden parts has no embeddings to keep apart; exploding weights count for all.
  @Test func spreadIsNoSignWhereTheLossIsNotAboutIt() {
    let lines = run {
      $0.standardDeviation = 0.001
      $0.embeddingScale = 0.001
      $0.effectiveRank = 1
      $0.weightNorm = 900
    }
    var sentinel = CollapseSentinel(chanceLoss: nil, comparesEmbeddings: false, stepsPerEpoch: 20)
    #expect(lines.compactMap { sentinel.check($0) }.map(\.kind) == [.exploded])
  }

  /// An untrained network may see everything alike.
  @Test func theFirstHalfEpochIsNoSign() {
    let early = (0..<10).map { step in line(step + 1) { $0.standardDeviation = 0.01 } }
    #expect(alarms(early) == [])
  }

  /// Going on with a run reads its lines again: the same alarms come, and none twice.
  @Test(arguments: [3, 6, 8, 12]) func aRunThatGoesOnKnowsWhatWasKnown(_ cut: Int) {
    let lines = run {
      $0.standardDeviation = 0.01
      $0.weightNorm = 900
    }
    let whole = alarms(lines)
    #expect(whole.count == 2)
    var before = CollapseSentinel(chanceLoss: nil, stepsPerEpoch: 20)
    let first = lines[..<cut].compactMap { before.check($0) }
    var after = CollapseSentinel(chanceLoss: nil, stepsPerEpoch: 20)
    for line in lines[..<cut] { _ = after.check(line) }
    #expect(first + lines[cut...].compactMap { after.check($0) } == whole)
  }
}
