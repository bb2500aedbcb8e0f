import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Series
@testable import Training

@Suite struct StepTests {
  private func samples(_ text: String, as name: String = "x.csv", _ labels: [UInt8]? = nil, window: String? = nil)
    throws
    -> SeriesSamples
  {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      let file = try folder.write(Array(text.utf8), as: name)
      var reading = SeriesReading(labelColumn: labels == nil ? "state" : nil, hasStepsInRows: true)
      reading.idColumn = "who"
      reading.readsSteps = true
      return try SeriesSamples([file], reading, labels: labels.map { try folder.write($0, as: "labels.npy") })
    }
  }

  private func steps(_ samples: SeriesSamples) -> SeriesSteps {
    SeriesSteps(
      samples,
      SeriesScaling(.channel, channels: samples.channels.count, fittedOn: [0, 1].map { samples.values(of: $0) }))
  }

  private static let table = "who,x,y,state\na,1,10,ok\na,2,,ok\na,4,30,bad\nb,5,40,ok\na,7,20,\nb,6,50,ok\n"

  @Test func recordingsKeepALabelForEachStep() throws {
    let samples = try samples(Self.table)
    let steps = steps(samples)
    #expect(samples.names == ["a", "b"] && samples.labels == nil && steps.lengths == [4, 2])
    #expect(steps.channels == ["x", "y"])
    #expect(steps.labels(of: 0) == ["ok", "ok", "bad", nil] && steps.labels(of: 1) == ["ok", "ok"])
    #expect(steps.values(of: 0).map { $0.isNaN ? -1 : $0 } == [1, 10, 2, -1, 4, 30, 7, 20])
    #expect(steps.values(of: 0, channel: 0) == [1, 2, 4, 7])
    // Half way between 10 and 30, scaled.
    let filled = steps.filledValues(of: 0)
    #expect(abs(filled[3] - (filled[1] + filled[5]) / 2) < 1e-6)
    #expect(!samples.notes.contains { $0.contains("label") })
  }

  @Test func aFileMayHaveALabelForEachStep() throws {
    let bytes = SeriesFiles.npy("<i8", [6], SeriesFiles.bytes([0, 0, 1, 0, 0, 1].map { Int64($0) }))
    let steps = steps(try samples("who,x\na,1\na,2\na,3\na,4\nb,5\nb,6\n", bytes))
    #expect(steps.labels(of: 0) == ["0", "0", "1", "0"] && steps.labels(of: 1) == ["0", "1"])
    // As many labels as recordings: each counts for all steps.
    let whole = SeriesFiles.npy("<i8", [2], SeriesFiles.bytes([7, 8].map { Int64($0) }))
    let labelled = self.steps(try samples("who,x\na,1\na,2\na,3\na,4\nb,5\nb,6\n", whole))
    #expect(labelled.labels(of: 0) == ["7", "7", "7", "7"] && labelled.labels(of: 1) == ["8", "8"])
    let wrong = SeriesFiles.npy("<i8", [5], SeriesFiles.bytes([Int64](repeating: 1, count: 5)))
    #expect(throws: DatasetError.self) { try self.samples("who,x\na,1\na,2\na,3\na,4\nb,5\nb,6\n", wrong) }
  }

  @Test func aStepIsTheLastOfItsContext() throws {
    let values: [Float] = (0..<14).map { Float($0) }
    let source = StepContexts(values, channels: 2, steps: [1, 2, 3, 4], context: 2, hidesLast: true)
    #expect(source.sampleCount == 4)
    var found: [[Float?]] = []
    for sample in 0..<4 {
      let buffers = [3 * 2 * 4, 3 * 4].map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0, alignment: 64) }
      defer { for buffer in buffers { buffer.deallocate() } }
      for buffer in buffers { buffer.initializeMemory(as: UInt8.self, repeating: 0) }
      var lengths = [3, 3]
      try source.render(sample: sample, epoch: 0, into: buffers, lengths: &lengths)
      #expect(lengths[0] == lengths[1])
      found.append(buffers[0].bindMemory(to: Float.self).prefix(2 * lengths[0]).map { $0.isNaN ? nil : $0 })
      #expect(buffers[1].bindMemory(to: Float.self).map { $0 } == (0..<3).map { $0 < lengths[0] ? 1 : 0 })
    }
    #expect(found == [[0, 1, nil, nil], [0, 1, 2, 3, nil, nil], [2, 3, 4, 5, nil, nil], [4, 5, 6, 7, nil, nil]])
    // Steps that a series does not have are left out.
    #expect(StepContexts(values, channels: 2, steps: Array(5..<99), context: 99, hidesLast: false).sampleCount == 2)
  }

  /// Only what the last step sees passes the blocks, and the vector is the same.
  @Test(arguments: [1, 2, 5, 17, 40]) func theLastStepIsThatOfAll(length: Int) throws {
    try Runtime.seed(3)
    let network = try DilatedCNN(.init(channels: 2, width: 6, layers: 4, features: 5))
    network.setTraining(false)
    let values = try Tensor((0..<3 * length * 2).map { sin(Float($0 * $0)) }, shape: [3, length, 2])
    for lengths in [[length, length, length], [1, length, max(1, length - 1)]] {
      let mask = try Tensor(
        lengths.flatMap { own in (0..<length).map { $0 < own ? Float(1) : 0 } }, shape: [3, length])
      let view = ViewBatch([values, mask])
      let (all, counts) = try noGrad { try network.steps(of: view) }
      #expect(counts == lengths)
      let last = try noGrad { try network.lastStep(of: view) }
      #expect(last.shape == [3, 5])
      for row in 0..<3 {
        let expected = try all.selected(0, row).selected(0, lengths[row] - 1).values(as: Double.self)
        expectClose(try last.selected(0, row).values(as: Double.self), expected, absolute: 1e-5)
      }
    }
  }

  @Test func anEncoderGivesTheLastVectors() throws {
    let network = try DilatedCNN(.init(channels: 2, width: 4, layers: 2, features: 5))
    let encoder = Encoder(network)
    let values: [Float] = (0..<60).map { cos(Float($0)) }
    let source = StepContexts(values, channels: 2, steps: Array(0..<30), context: 6, hidesLast: false)
    let vectors = try encoder.lastSteps(of: source, batchSize: 7)
    #expect(vectors.shape == [30, 5])
    network.setTraining(false)
    for step in [0, 3, 6, 29] {
      let first = max(0, step - 6)
      let own = try Tensor(Array(values[2 * first..<2 * step + 2]), shape: [1, step - first + 1, 2])
      let expected = try noGrad { try network.lastStep(of: ViewBatch(own)) }.values(as: Double.self)
      expectClose(try vectors.selected(0, step).values(as: Double.self), expected, absolute: 1e-5)
    }
    #expect(throws: Encoder.Failure.self) {
      try Encoder(MLP(MLP.Configuration(inputs: 4, width: 4, layers: 1))).lastSteps(of: source)
    }
  }
}
