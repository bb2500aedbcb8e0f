import Measures
import Samples
import TestSupport
import Testing
import Torch

@testable import Evaluation
@testable import Reports

@Suite struct OddSamplesTests {
  /// A cloud of 60 vectors about one direction, no two alike, with two copies and one that stands apart.
  private func features(copies: Bool, stranger: Bool) throws -> Tensor {
    var rows = (0..<60).map { row in
      (0..<16).map { column in
        var generator = ViewGenerator(seed: 0, epoch: 0, sample: row, view: column)
        return 1 + 0.3 * Double(generator.normal())
      }
    }
    if copies {
      rows[7] = rows[40].map { $0 * 2 }
      rows[8] = rows[40]
    }
    if stranger { rows[20] = (0..<16).map { $0.isMultiple(of: 2) ? 1 : -1 } }
    return try Tensor(rows.flatMap(\.self), shape: [60, 16])
  }

  @Test func copiesAndStrangersAreFound() throws {
    let odd = OddSamples(try NeighbourLists(of: features(copies: true, stranger: true), count: 10))
    #expect(odd.duplicates == [[7, 8, 40]])
    #expect(odd.outliers == [20])
    #expect(!odd.isIndistinct)
  }

  @Test func whereThereAreNoneNoneAreFound() throws {
    let odd = OddSamples(try NeighbourLists(of: features(copies: false, stranger: false), count: 10))
    #expect(odd.duplicates.isEmpty)
    #expect(odd.outliers.isEmpty)
  }

  @Test func aCollapseHasNeither() throws {
    let odd = OddSamples(try NeighbourLists(of: .ones([30, 4]), count: 10))
    #expect(odd.isIndistinct && odd.duplicates.isEmpty && odd.outliers.isEmpty)
  }

  @Test func sheetsAreSpreadAndConfusedOnesAreFound() throws {
    // Three tight clusters; one member of the first carries the second's label.
    var rows: [[Double]] = []
    var labels: [Int?] = []
    for cluster in 0..<3 {
      for member in 0..<12 {
        var row = [Double](repeating: 0.01 * Double(member), count: 6)
        row[cluster] = 1 + 0.001 * Double(member * member)
        rows.append(row)
        labels.append(cluster)
      }
    }
    labels[5] = 1
    let features = try Tensor(rows.flatMap(\.self), shape: [36, 6])
    let neighbours = try NeighbourLists(of: features, count: 10)
    let sparsity = OddSamples(neighbours).sparsity.distances
    let sheets = try NeighbourSheets(
      features: features, neighbours: neighbours, sparsity: sparsity, labels: labels, typicalCount: 3, confusedCount: 4)
    #expect(Set(sheets.typical.map { labels[$0] }) == [0, 1, 2])
    #expect(sheets.confused == [5])
    let unlabelled = try NeighbourSheets(
      features: features, neighbours: neighbours, sparsity: sparsity, labels: labels.map { _ in nil }, typicalCount: 3,
      confusedCount: 4)
    #expect(Set(unlabelled.typical.map { $0 / 12 }) == [0, 1, 2])
    #expect(unlabelled.confused.isEmpty)
  }
}
