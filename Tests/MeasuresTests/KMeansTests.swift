import TestSupport
import Testing
import Torch

@testable import Measures

@Suite struct KMeansTests {
  @Test func whatStandsApartIsFound() throws {
    let (features, labels) = try clusters(5, 200, 6, spread: 12, seed: 4)
    let groups = try KMeans(of: features, count: 5, seed: 1)
    #expect(Set(zip(groups.assignments, labels).map { "\($0) \($1)" }).count == 5)
    // Each centre is the mean of its members, and each member is nearest to it.
    let points = try features.values(as: Double.self)
    let centres = try groups.centres.values(as: Double.self)
    var inertia = 0.0
    for sample in 0..<200 {
      let distances = (0..<5).map { centre in
        (0..<6).reduce(0.0) { total, feature in
          let difference = points[sample * 6 + feature] - centres[centre * 6 + feature]
          return total + difference * difference
        }
      }
      #expect(distances.indices.min { distances[$0] < distances[$1] } == groups.assignments[sample])
      inertia += distances[groups.assignments[sample]]
    }
    #expect(abs(inertia / 200 / groups.inertia - 1) < 1e-3)
    for centre in 0..<5 {
      let members = (0..<200).filter { groups.assignments[$0] == centre }
      let mean = (0..<6).map { feature in
        members.reduce(0) { $0 + points[$1 * 6 + feature] } / Double(members.count)
      }
      expectClose(Array(centres[centre * 6..<centre * 6 + 6]), mean, absolute: 1e-3)
    }
  }

  @Test func theSeedDecides() throws {
    let (features, _) = try clusters(3, 60, 4, spread: 1, seed: 2)
    #expect(
      try KMeans(of: features, count: 7, seed: 5).assignments == KMeans(of: features, count: 7, seed: 5).assignments)
  }

  @Test func copiesAndAsManyCentresAsSamples() throws {
    #expect(Set(try KMeans(of: .ones([6, 3]), count: 4).assignments).count == 1)
    let (features, _) = try clusters(2, 8, 3, spread: 1, seed: 2)
    #expect(Set(try KMeans(of: features, count: 8).assignments).count == 8)
    #expect(throws: MeasureError.self) { try KMeans(of: features, count: 9) }
    #expect(throws: MeasureError.self) { try KMeans(of: features, count: 0) }
  }
}
