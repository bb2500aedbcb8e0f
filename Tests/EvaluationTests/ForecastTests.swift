import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ForecastTests {
  private func wave(_ count: Int, period: Double, noise: Float = 0) -> [Float] {
    var generator = ViewGenerator(seed: 9, epoch: 0, sample: 0, view: 0)
    return (0..<count).map { Float(sin(2 * Double.pi * Double($0) / period)) + noise * generator.normal() }
  }

  @Test func theSeasonIsFound() {
    #expect(SeasonalNaive(of: [wave(600, period: 24, noise: 0.3)], channels: 1).season == 24)
    #expect(SeasonalNaive(of: [wave(90, period: 7), wave(100, period: 7)], channels: 1).season == 7)
    // Noise, a constant, and what is too short have none.
    #expect(SeasonalNaive(of: [wave(500, period: 1e9, noise: 1)], channels: 1).season == 1)
    #expect(SeasonalNaive(of: [[Float](repeating: 2, count: 90)], channels: 1).season == 1)
    #expect(SeasonalNaive(of: [[1, 2, 3, 4]], channels: 1).season == 1)
    let two = zip(wave(300, period: 12), wave(300, period: 12)).flatMap { [$0, 5 * $1] }
    #expect(SeasonalNaive(of: [two], channels: 2).season == 12)
  }

  @Test func aForecastRepeatsTheLastSeason() {
    let values: [Float] = (0..<20).map { Float($0) }
    let naive = SeasonalNaive(season: 3)
    #expect(naive.forecast(of: values, channels: 1, after: 9, horizon: 7) == [7, 8, 9, 7, 8, 9, 7])
    #expect(SeasonalNaive(season: 1).forecast(of: values, channels: 2, after: 4, horizon: 2) == [8, 9, 8, 9])
  }

  /// What is forecast lies in the same part, and no part sees the steps of a later one.
  @Test func partsDoNotOverlap() {
    let parts = ForecastReport.origins([200, 50, 300], [0, 2], horizon: 10)
    for (part, share) in zip(parts, [0...0.6, 0.6...0.8, 0.8...1]) {
      #expect(!part.isEmpty && Set(part.map(\.recording)) == [0, 2])
      for origin in part {
        let length = Double([200, 50, 300][origin.recording])
        #expect(
          Double(origin.step + 1) >= share.lowerBound * length && Double(origin.step + 10) < share.upperBound * length)
      }
    }
    #expect(ForecastReport.origins([100_000], [0], horizon: 10).map(\.count) == [3000, 1000, 2000])
  }

  @Test func valuesThatWereFilledInDoNotCount() {
    let row = ForecastReport.row(.raw, 2, [1, 2, 3, 9], [1, 4, 2, 0], [true, true, true, false], regularization: 1)
    #expect(row.squaredError == 5.0 / 3 && row.absoluteError == 1)
  }
}
