import Foundation
import Swiftlet
import Testing

@testable import Selection

@Suite struct RankingTests {
  /// Read from the JSON of `swiftlet compare --json`, as a stored selection is.
  private func contender(
    _ name: String, _ family: String, pretext: Double, lidar: Double, rank: Double, alignment: Double = 1,
    uniformity: Double = -2, kNN: Double? = nil, parameters: Int = 100
  ) throws -> Contender {
    let share = { (value: Double) in "{\"value\": \(value), \"error\": 0.01, \"chance\": 0.25}" }
    let neighbours = kNN.map { ", \"neighbours\": \(share($0))" } ?? ""
    let text = """
      {"name": "\(name)", "method": "simclr", "family": "\(family)", "backbone": "resnet18", "alarms": [],
       "parameterCount": \(parameters), "epochs": 2, "judgement": {"sampleCount": 100, "effectiveRank": \(rank),
       "lidar": \(lidar), "alignment": \(alignment), "uniformity": \(uniformity), "pretext": \(share(pretext)), "question": "q"\(neighbours)}}
      """
    return try JSONDecoder().decode(Contender.self, from: Data(text.utf8))
  }

  /// A large family does not overtake a better one only because it is large.
  @Test func familiesMeetByTheProbeAndMembersByAllMeasures() throws {
    let contenders = [
      try contender("wide, poor", "contrastive", pretext: 0.5, lidar: 90, rank: 90),
      try contender("narrow, good", "clustering", pretext: 0.9, lidar: 5, rank: 5),
      try contender("middle", "contrastive", pretext: 0.6, lidar: 50, rank: 50),
      try contender("narrow, worse", "clustering", pretext: 0.4, lidar: 4, rank: 4),
    ]
    let order = Ranking(contenders).order.map { contenders[$0].name }
    #expect(order == ["narrow, good", "middle", "wide, poor", "narrow, worse"])
  }

  /// Three measures of four outweigh the probe.
  @Test func membersOfAFamilyAreOrderedByAllMeasures() throws {
    let contenders = [
      try contender("by the probe", "contrastive", pretext: 0.6, lidar: 1, rank: 5),
      try contender("by the others", "contrastive", pretext: 0.5, lidar: 1, rank: 9, alignment: 0.2, uniformity: -3),
    ]
    #expect(Ranking(contenders).order == [1, 0])
  }

  @Test func equalsAreDecidedByCost() throws {
    let contenders = [
      try contender("large", "contrastive", pretext: 0.5, lidar: 9, rank: 9, parameters: 200),
      try contender("small", "contrastive", pretext: 0.5, lidar: 9, rank: 9, parameters: 100),
    ]
    #expect(Ranking(contenders).order == [1, 0])
  }

  @Test func agreementIsWithTheNeighbours() throws {
    let contenders = try (0..<4).map {
      try contender(
        "\($0)", "contrastive", pretext: 0.9 - 0.1 * Double($0), lidar: 1, rank: 1, kNN: 0.9 - 0.1 * Double($0))
    }
    let comparison = try Comparison(contenders.reversed())
    #expect(comparison.contenders.map(\.name) == ["0", "1", "2", "3"])
    #expect(comparison.agreement?.across == 1)
    #expect(comparison.agreement?.within == 1)
    let unlabelled = try contender("x", "contrastive", pretext: 0.1, lidar: 1, rank: 1)
    #expect(try Comparison(contenders + [unlabelled]).agreement == nil)
  }

  @Test func whatGuessesIsNotCompared() throws {
    let contenders = [
      try contender("a", "contrastive", pretext: 0.25, lidar: 1, rank: 1),
      try contender("b", "clustering", pretext: 0.26, lidar: 1, rank: 1),
    ]
    let comparison = try Comparison(contenders)
    #expect(comparison.sentences.contains { $0.contains("better than chance") }, "\(comparison.sentences)")
    #expect(comparison.sentences.contains { $0.contains("is within the error of the probe") })
  }
}

@Suite struct HalvingTests {
  @Test func halvesUntilThreeAreLeftAndSpendsTheBudget() {
    for count in 1...40 {
      let halving = Halving(count)
      #expect(halving.counts.first == count && halving.counts.last.map { $0 <= 3 } == true)
      #expect(zip(halving.counts, halving.counts.dropFirst()).allSatisfy { $1 == ($0 + 1) / 2 })
      #expect(halving.shares.last == 1)
      #expect(zip(halving.shares, halving.shares.dropFirst()).allSatisfy(<))
      // The time of all candidates in all rounds is the total time.
      let one = halving.minutesOfOne(in: 60)
      var (spent, before) = (0.0, 0.0)
      for (candidates, share) in zip(halving.counts, halving.shares) {
        spent += Double(candidates) * (share - before) * one
        before = share
      }
      #expect(abs(spent - 60) < 1e-9, "\(count)")
    }
  }

  /// Three candidates beside each other take as long as one.
  @Test func processesGiveEachCandidateMoreTime() {
    for count in 1...20 {
      for processes in 1...4 {
        let halving = Halving(count, processes: processes)
        let one = halving.minutesOfOne(in: 60)
        var (spent, before) = (0.0, 0.0)
        for (candidates, share) in zip(halving.counts, halving.shares) {
          spent += (Double(candidates) / Double(processes)).rounded(.up) * (share - before) * one
          before = share
        }
        #expect(abs(spent - 60) < 1e-9, "\(count) of \(processes)")
      }
    }
  }

  @Test func candidatesAreEveryPartWithEveryOther() {
    let candidates = Candidate.all(
      [.simclr, .mae], projectors: [.small2, .small3], backbones: ["resnet18", "vit-tiny"], .standard)
    // MAE has no projector to choose.
    #expect(candidates.count == 4 + 2)
    #expect(Set(candidates.map(\.name)).count == 6)
    #expect(candidates.first?.name == "simclr, small-2, resnet18")
    #expect(Candidate.all([.simclr, .simclr], .standard).count == 1)
  }
}
