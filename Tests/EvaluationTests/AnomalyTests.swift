import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Evaluation
@testable import Reports
@testable import Series

@Suite struct AnomalyTests {
  /// Recordings in memory.
  private struct Recordings: RecordedSteps {
    let channels: [String]
    let all: [[Float]]
    var lengths: [Int] { all.map { $0.count / channels.count } }
    func values(of sample: Int) -> [Float] { all[sample] }
    func filledValues(of sample: Int) -> [Float] { all[sample] }
    func labels(of sample: Int) -> [String?]? { nil }
    func contexts(of sample: Int, at steps: [Int], context: Int, hidesLast: Bool) -> any ViewSource {
      StepContexts(all[sample], channels: channels.count, steps: steps, context: context, hidesLast: hidesLast)
    }
  }

  /// Weights by hand: the change of a step is proportional to its value.
  @Test func aChangeIsMeasuredAgainstTheTwentyOneBefore() {
    var changes = (0..<30).map { Optional(Double($0 % 2)) }
    changes[22] = 10
    changes[25] = nil
    let scores = RepresentationChanges.relative(changes)
    #expect(scores[..<21].allSatisfy { $0 == nil } && scores[25] == nil)
    // Of 0…20, ten are 1; of 1…21, eleven; of 2…22, ten and the 10.
    for (step, mean) in [(21, 10.0 / 21), (22, 11.0 / 21), (23, 20.0 / 21)] {
      let change = changes[step] ?? .nan
      #expect(abs((scores[step] ?? .nan) - (change - mean) / mean) < 1e-12, "\(step)")
    }
    // A step without a change is passed over: 5…24 and 4.
    let former = (4...24).compactMap { changes[$0] }.reduce(0, +) / 21
    #expect(abs((scores[26] ?? .nan) - (0 - former) / former) < 1e-12)
    #expect(RepresentationChanges.relative(Array(repeating: 0, count: 30)).allSatisfy { $0 == nil })
  }

  @Test func windowsAreComparedWithAllOfTheTrainingData() throws {
    var generator = ViewGenerator(seed: 1, epoch: 0, sample: 0, view: 0)
    func noise(_ count: Int) -> [Float] { (0..<count).map { _ in generator.normal() } }
    let training = Recordings(channels: ["a", "b"], all: [noise(40), noise(6), noise(22)])
    let recording = noise(30)
    let length = 4
    let distances = try #require(try WindowDistances(of: training, length: length))
    #expect(distances.compared == 17 + 0 + 8 && distances.total == 25)
    let found = try #require(try distances.scores(of: recording))
    var windows: [[Float]] = []
    for values in training.all where values.count >= 8 {
      for start in 0...(values.count / 2 - length) { windows.append(Array(values[2 * start..<2 * start + 8])) }
    }
    let nearest = (0...15 - length).map { start -> Double in
      let own = recording[2 * start..<2 * start + 8]
      return windows.map { zip(own, $0).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } }.min() ?? 0
    }.map { ($0 / 8).squareRoot() }
    let expected = (0..<15).map { step -> Double in
      let own = nearest.indices.filter { $0 <= step && step < $0 + length }.map { nearest[$0] }
      return own.reduce(0, +) / Double(own.count)
    }
    expectClose(found, expected, absolute: 1e-4)
    #expect(try distances.scores(of: noise(6)) == nil)
    #expect(try WindowDistances(of: Recordings(channels: ["a"], all: [[1, 2]]), length: 3) == nil)
    // What was learned from is at no distance.
    let own = try #require(try distances.scores(of: training.all[0]))
    #expect(own.allSatisfy { $0 < 2e-3 })
  }

  @Test func vectorsAreComparedWithTheNearest() throws {
    let distances = try VectorDistances(Tensor([Float(0), 0, 3, 4, 1000, 1000], shape: [3, 2]))
    let found = try distances.nearest(Tensor([Float(0), 1, 3, 4, 3, 6, 1000, 1001], shape: [4, 2]))
    expectClose(found, [1, 0, 2, 1], absolute: 1e-9)
  }

  @Test func deviationsAreThoseOfTheTrainingData() {
    let usual = UsualValues(of: Recordings(channels: ["a", "b"], all: [[1, 5, 3, 5], [2, .nan, 4, 5, .nan, .nan]]))
    #expect(usual.means == [2.5, 5])
    let deviation = (1.25).squareRoot()
    let scores = usual.scores(of: [2.5, 5, .nan, 7, 2.5 + Float(deviation), 5, .nan, .nan])
    #expect(scores[0] == 0 && scores[1] == 2 && scores[3] == nil)
    #expect(abs((scores[2] ?? .nan) - 1) < 1e-6)
  }

  private func recording(_ name: String, _ scores: [Double?], anomalies: Set<Int>? = nil) -> AnomalyReport.Recording {
    AnomalyReport.Recording(
      name: name, channels: ["v"], values: scores.map { Float($0 ?? 0) }, scores: [.zScore: scores],
      labels: nil, isAnomalous: anomalies.map { own in scores.indices.map { own.contains($0) } })
  }

  @Test func peaksLieApart() {
    let found = AnomalyReport.peaks(
      of: .zScore,
      in: [recording("a", [1, 9, 8, nil, 3, 2]), recording("b", [7, 0, 9])], apart: 3)
    #expect(found.map { "\($0.recording)\($0.step)=\($0.value)" } == ["a2=9.0", "b3=9.0", "a5=3.0"])
  }

  @Test func stretchesOfLabelsAreJoined() {
    let labelled = recording("a", Array(repeating: 1, count: 9), anomalies: [1, 2, 5, 8])
    #expect(AnomalyPage.stretches(labelled, 0..<9) == [1..<3, 5..<6, 8..<9])
    #expect(AnomalyPage.stretches(labelled, 2..<6) == [0..<1, 3..<4])
    #expect(AnomalyPage.stretches(recording("a", [1]), 0..<1).isEmpty)
  }

  /// No step is lost in a plot, however long the recording is.
  @Test func aPlotShowsASingleStep() {
    var values = [Double?](repeating: 0, count: 100_000)
    values[77_777] = 8
    values[3] = nil
    let html = SignalPlot(title: "<v>", values: values, firstStep: 1, stretches: [5..<6], marks: [77_777]).html.text
    #expect(html.contains("V0.0V") && html.contains("&lt;v&gt;") && html.contains("class=\"truth\""))
    #expect(html.utf8.count < 40_000)
    #expect(SignalPlot(title: "v", values: [nil, nil], firstStep: 1).html.text.isEmpty)
    #expect(SignalPlot(title: "v", values: [2], firstStep: 1).html.text.contains("h0.01"))
  }

  @Test func theThresholdIsTheMeanAndFourDeviations() {
    let scores = (0..<21).map { Double($0 % 3) }
    #expect(abs((AnomalyReport.threshold(scores) ?? 0) - (1 + 4 * (2.0 / 3).squareRoot())) < 1e-12)
    #expect(AnomalyReport.threshold(Array(scores.dropLast())) == nil)
  }
}
