import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Series

@Suite struct MiniRocketTests {
  private struct Reference: Decodable {
    struct Usual: Decodable {
      let dilations, counts: [Int]
    }
    let series: [Float]
    let count: Int
    let dilations, counts: [Int]
    let biases, features: [Float]
    let usual: [String: Usual]
  }

  private func reference() throws -> Reference { try golden("minirocket.json", Reference.self, in: .module) }

  private func rows(_ reference: Reference) -> [[Float]] {
    let steps = reference.series.count / reference.count
    return (0..<reference.count).map { Array(reference.series[$0 * steps..<($0 + 1) * steps]) }
  }

  /// With the biases of sktime's, its features; made by scripts/reference/series.py minirocket.
  @Test func featuresAreThoseOfSktime() throws {
    let reference = try reference()
    let rocket = MiniRocket(
      dilations: reference.dilations, counts: reference.counts, biases: reference.biases, channels: 1,
      channelSets: Array(repeating: [0], count: 84 * reference.dilations.count))
    let found = rocket.features(of: rows(reference))
    #expect(found.count == reference.features.count)
    // An output that equals its bias but for the last bit counts on one side here and on the other there.
    let steps = Float(reference.series.count / reference.count)
    let differing = zip(found, reference.features).filter { abs($0 - $1) > 1e-5 }
    #expect(differing.count * 200 < found.count, "\(differing.count) of \(found.count)")
    #expect(differing.allSatisfy { abs($0 - $1) < 2.5 / (steps - 56) })
  }

  @Test func dilationsAreThoseOfSktime() throws {
    for (steps, expected) in try reference().usual {
      let length = try #require(Int(steps))
      let found = MiniRocket.dilations(steps: length, features: 9996)
      #expect(found.dilations == expected.dilations && found.counts == expected.counts, "\(steps)")
    }
  }

  /// Each bias is the quantile of the outputs on one of the series, at the fractions of the golden ratio.
  @Test func biasesAreQuantilesOfOutputs() throws {
    let rows = rows(try reference())
    let rocket = MiniRocket(fittedOn: [rows[0]], channels: 1, features: 84 * 3)
    #expect(rocket.featureCount == 84 * 3)
    // Kernel 0 at dilation 1, in plain loops: weights 2 at the first three places.
    let x = rows[0]
    let outputs = x.indices.map { step -> Float in
      (0..<9).reduce(0) { sum, place in
        let at = step + place - 4
        return sum + (x.indices.contains(at) ? x[at] * (place < 3 ? 2 : -1) : 0)
      }
    }.sorted()
    let place = 0.618033988749895 * Double(outputs.count - 1)
    let expected =
      Double(outputs[Int(place)]) * (1 - (place - place.rounded(.down)))
      + Double(outputs[Int(place) + 1]) * (place - place.rounded(.down))
    expectClose([Double(rocket.biases[0])], [expected], absolute: 1e-4)
  }

  @Test func shorterSeriesAndSeveralChannelsHaveFeaturesToo() throws {
    var generator = ViewGenerator(seed: 1, epoch: 0, sample: 0, view: 0)
    let series = [3, 30, 7].map { steps in (0..<steps * 3).map { _ in generator.normal() } }
    let rocket = MiniRocket(fittedOn: series, channels: 3, features: 84 * 4)
    let found = rocket.features(of: series)
    #expect(found.count == 3 * 84 * 4)
    #expect(found.allSatisfy { (0...1).contains($0) })
    #expect(
      rocket.channelSets.allSatisfy { !$0.isEmpty && Set($0).count == $0.count && $0.allSatisfy((0..<3).contains) })
    #expect(Set(rocket.channelSets.map(\.count)).count > 1)
    // The same from any number of threads, and from one series at a time.
    let alone = series.flatMap { rocket.features(of: [$0]) }
    #expect(alone == found)
  }

  @Test func kernelsAreAllOfThreeAmongNine() {
    #expect(MiniRocket.kernels.count == 84 && Set(MiniRocket.kernels).count == 84)
    #expect(MiniRocket.kernels[0] == [0, 1, 2] && MiniRocket.kernels[83] == [6, 7, 8])
  }

  @Test func missingValuesAreFilledOnStraightLines() {
    let nan = Float.nan
    let filled = SeriesConfiguration.filled([nan, 9, 2, nan, nan, 9, nan, 9, 8, nan, nan, nan], channels: 2)
    #expect(filled == [2, 9, 2, 9, 4, 9, 6, 9, 8, 9, 8, 9])
    #expect(SeriesConfiguration.filled([nan, nan], channels: 1) == [0, 0])
  }

  @Test func statisticsOfAKnownSeries() {
    let found = SeriesStatistics.features(of: [1, 2, 3, .nan, 4], channels: 1).map(Double.init)
    let expected = [
      2.5, 1.25.squareRoot(), 1, 4, 1, 2, 3, 1, 1, 0.25, 1.0 / 3, 4, 0.2, 1.6094379124341003,
    ]
    expectClose(found, expected, absolute: 1e-6)
    let none = SeriesStatistics.features(of: [.nan, .nan], channels: 1)
    #expect(none.count == found.count && none[12] == 1)
  }
}
