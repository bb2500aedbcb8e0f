import Foundation
import Samples
import TestSupport
import Testing

@testable import Tables

/// 200 rows: five numbers that all differ, and so say where a cell came from, a category and a number with gaps. The
/// last 50 rows are held out and carry values that no training view may show.
private func collection(_ corruption: RowCorruption) throws -> (TableCollection, training: [Int]) {
  let folder = try TemporaryFolder()
  var text = "n0,n1,n2,n3,n4,colour,gaps,split\n"
  for row in 0..<200 {
    let numbers = (0..<5).map { "\(Double(row * (2 * $0 + 3) % 200) + 0.25)" }
    let colour = row >= 150 ? "held out" : ["red", "green", "green", "blue"][row % 4]
    text += numbers.joined(separator: ",") + ",\(colour),\(row % 3 == 0 ? "" : "\(row)")"
    text += ",\(row < 150 ? "train" : "test")\n"
  }
  let table = try TableFile(folder.write("t.csv", text))
  let configuration = try TableConfiguration(
    fitting: table, labelColumn: nil, scaling: .standard, corruption: corruption)
  let collection = try TableCollection(table, configuration)
  return (collection, try collection.trainingIndices())
}

/// n0 … n4, then blue, green, red, then gaps and its mark.
private func columns(_ view: [Float]) -> [[Float]] {
  (0..<5).map { [view[$0]] } + [Array(view[5..<8]), Array(view[8...])]
}

@Suite struct TableViewTests {
  @Test func oneViewIsCleanAndExactlySixTenthsOfTheOtherAreReplaced() throws {
    let (data, training) = try collection(.exactly(share: 0.6))
    let source = try data.trainingViews(.cleanAndCorrupted, of: training, seed: 4)
    let clean = try rendered(data.evaluationView(of: training))
    var replaced: [Int: Int] = [:]
    for sample in training.indices {
      let views = try rendered(source, sample: sample)
      #expect(views[0] == clean[sample])
      let differing = zip(columns(views[0]), columns(views[1])).count { $0 != $1 }
      #expect(differing <= 4)
      replaced[differing, default: 0] += 1
    }
    // ⌊4.2⌋ of 7 columns are replaced, sometimes by the same value, nearly always a colour or a gap.
    #expect(replaced[4, default: 0] > 70)
    #expect(replaced[0, default: 0] + replaced[1, default: 0] < 5)
  }

  @Test func replacedCellsComeWholeFromTheColumnInTraining() throws {
    let (data, training) = try collection(.exactly(share: 0.6))
    let known = try rendered(data.evaluationView(of: training)).map(columns)
    let sources = (0..<7).map { column in Set(known.map { $0[column] }) }
    let source = try data.trainingViews(.cleanAndCorrupted, of: training, seed: 4)
    for sample in training.indices {
      for (column, cell) in columns(try rendered(source, sample: sample, epoch: 3)[1]).enumerated() {
        #expect(sources[column].contains(cell), "\(cell) in column \(column)")
      }
    }
  }

  /// All cells are replaced, so a column of views is a sample of its marginal: half of the colours in the training part
  /// are green, and a third of the gaps are unknown. χ² with 2 and 1 degrees of freedom.
  @Test func theMarginalsAreThoseOfTheTrainingPart() throws {
    let (data, training) = try collection(.exactly(share: 1))
    let source = try data.trainingViews(.cleanAndCorrupted, of: training, seed: 9)
    var colours = [0.0, 0.0, 0.0]
    var unknown = 0.0
    var firsts: [Float] = []
    let epochs = 20
    for epoch in 0..<epochs {
      for sample in training.indices {
        let view = try rendered(source, sample: sample, epoch: epoch)[1]
        for index in 0..<3 { colours[index] += Double(view[5 + index]) }
        unknown += Double(view[9])
        firsts.append(view[0])
      }
    }
    let total = Double(epochs * training.count)
    #expect(colours.reduce(0, +) == total)
    let shares = [37.0, 75, 38].map { $0 / 150 }
    let chiSquared = zip(colours, shares).map { ($0 - total * $1) * ($0 - total * $1) / (total * $1) }.reduce(0, +)
    #expect(chiSquared < 20)
    #expect(abs(unknown - total / 3) < 4 * (total * 2 / 9).squareRoot())
    // Mean 0 and deviation 1 over the training rows, by the fitting.
    let mean = firsts.reduce(0, +) / Float(firsts.count)
    #expect(abs(mean) < 4 / Float(total).squareRoot())
  }

  @Test func theMaskSaysWhatDiffers() throws {
    let (data, training) = try collection(.each(probability: 0.3))
    let source = try data.trainingViews(.corruptedMaskAndClean, of: training, seed: 1)
    #expect(source.layouts.map(\.shape) == [[10], [7], [10]])
    let clean = try rendered(data.evaluationView(of: training))
    var sum: Float = 0
    for sample in training.indices {
      let views = try rendered(source, sample: sample)
      #expect(views[2] == clean[sample])
      let differs = zip(columns(views[0]), columns(views[2])).map { Float($0 == $1 ? 0 : 1) }
      #expect(views[1] == differs)
      sum += differs[..<5].reduce(0, +)
    }
    // 30 % of 750 numbers are replaced, one in 150 of these by its own value.
    #expect(abs(sum - 223) < 60)
  }

  @Test func aPairIsCorruptedTwice() throws {
    let (data, training) = try collection(.exactly(share: 0.6))
    let views = try rendered(data.trainingViews(.pair, of: training, seed: 4), sample: 5)
    let clean = try rendered(data.evaluationView(of: training))[5]
    #expect(views[0] != views[1] && views[0] != clean && views[1] != clean)
  }

  @Test func viewsDependOnSeedEpochAndSampleAlone() throws {
    let (data, training) = try collection(.exactly(share: 0.6))
    func batches(threads: Int, seed: UInt64 = 4) throws -> [[UInt8]] {
      let loader = Loader(
        source: try data.trainingViews(.cleanAndCorrupted, of: training, seed: seed),
        order: EpochOrder(sampleCount: training.count, batchSize: 16, seed: seed), batches: 0..<20, threads: threads)
      var result: [[UInt8]] = []
      while let batch = try loader.next() { result.append(Array(batch.bytes(ofView: 1))) }
      return result
    }
    let one = try batches(threads: 1)
    #expect(one.count == 20)
    #expect(try batches(threads: 4) == one)
    #expect(try batches(threads: 2, seed: 5) != one)
    let source = try data.trainingViews(.cleanAndCorrupted, of: training, seed: 4)
    #expect(try rendered(source, sample: 3, epoch: 1)[1] != rendered(source, sample: 3, epoch: 2)[1])
  }

  @Test func theViewsOfAResumedRunAreTheSame() throws {
    let folder = try TemporaryFolder()
    let text =
      "a,b,c,split\n"
      + (0..<30).map { "\($0 * 7 % 30).5,\($0 % 4),\($0 % 5),\($0 % 6 == 0 ? "test" : "train")\n" }
      .joined()
    let table = try TableFile(folder.write("t.csv", text))
    let data = try TableCollection(
      table,
      TableConfiguration(fitting: table, labelColumn: nil, scaling: .standard, corruption: .exactly(share: 0.6)))
    let training = try data.trainingIndices()
    let resumed = try data.configuration.open(data.listing(of: training))
    let first = try data.trainingViews(.cleanAndCorrupted, of: training, seed: 2)
    let second = try resumed.trainingViews(.cleanAndCorrupted, of: Array(resumed.names.indices), seed: 2)
    for sample in training.indices {
      #expect(try rendered(first, sample: sample, epoch: 4) == rendered(second, sample: sample, epoch: 4))
    }
  }
}
