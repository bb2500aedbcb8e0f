import Backbones
import Foundation
import Layers
import Measures
import TestSupport
import Testing
import Torch
import Views

@testable import Datasets
@testable import Evaluation

/// Rows of numbers, as a kind of data that neither pictures nor tables know.
private struct Rows: ViewSource {
  let rows: [[Float]]
  var sampleCount: Int { rows.count }
  var layouts: [ViewLayout] { [ViewLayout(shape: [rows[0].count])] }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    if rows[sample][0].isNaN { throw SampleError(name: "\(sample)", reason: "broken") }
    rows[sample].withUnsafeBytes { buffers[0].copyMemory(from: $0) }
  }
}

/// Points of two classes by the sign of x·y: no line tells them apart.
private func corners(_ count: Int, seed: UInt64) -> (Rows, labels: [Int]) {
  var random = ViewGenerator(seed: seed, epoch: 0, sample: 0, view: 0)
  let points = (0..<count).map { _ in [random.uniform(around: 2), random.uniform(around: 2)] }
  return (Rows(rows: points), points.map { $0[0] * $0[1] > 0 ? 1 : 0 })
}

@Suite struct FineTuningTests {
  private func views(_ count: Int, seed: UInt64) throws -> LabelledViews {
    let (source, labels) = corners(count, seed: seed)
    return try LabelledViews(source, labels: labels)
  }

  private func network(seed: UInt64 = 1) throws -> MLP {
    try Runtime.seed(seed)
    return try MLP(.init(inputs: 2, width: 16, layers: 2))
  }

  private func accuracy(_ classifier: FineTunedClassifier, _ views: LabelledViews) throws -> Double {
    try ClassificationMetrics(of: classifier.probabilities(of: views), labels: views.labels, resampleCount: 0)
      .accuracy.value
  }

  @Test func whatNoLineTellsApartIsLearned() throws {
    let tuning = FineTuning(learningRate: 1e-2, batchSize: 32, epochs: 60)
    let classifier = try tuning.fit(
      network(), training: views(128, seed: 1), validation: views(64, seed: 2), classCount: 2, seed: 3)
    let test = try views(300, seed: 4)
    #expect(try accuracy(classifier, test) > 0.9)
    let scores = try classifier.probabilities(of: test)
    for row in 0..<scores.count { #expect(abs(scores[row].reduce(0, +) - 1) < 1e-5) }
  }

  @Test func allWeightsMove() throws {
    let backbone = try network()
    let before = try backbone.state().map { try $0.tensor.clone() }
    let classifier = try FineTuning(epochs: 2).fit(
      backbone, training: views(40, seed: 1), validation: views(20, seed: 2), classCount: 2, seed: 3)
    for (old, new) in zip(before, try backbone.state()) {
      #expect(try old.values(as: Float.self) != new.tensor.values(as: Float.self))
    }
    #expect(classifier.backbone === backbone)
  }

  /// Trained on labels that are upside down, the validation loss only rises: the first epoch is taken, whatever the
  /// number of epochs.
  @Test func trainingStopsWhenValidationDoesNotGain() throws {
    let (source, labels) = corners(128, seed: 1)
    let wrong = try LabelledViews(source, labels: labels.map { 1 - $0 })
    let right = try LabelledViews(source, labels: labels)
    let results = try [4, 40].map { epochs in
      let tuning = FineTuning(learningRate: 1e-2, batchSize: 16, epochs: epochs, patience: 3)
      let classifier = try tuning.fit(network(), training: wrong, validation: right, classCount: 2, seed: 3)
      #expect(classifier.bestEpoch == 1)
      return try classifier.probabilities(of: right)
    }
    #expect(results[0] == results[1])
  }

  @Test func theSeedDecides() throws {
    let (training, validation) = (try views(60, seed: 1), try views(30, seed: 2))
    let results = try [5, 5, 6].map { seed in
      try FineTuning(epochs: 3).fit(
        network(), training: training, validation: validation, classCount: 2, seed: UInt64(seed)
      ).probabilities(of: validation)
    }
    #expect(results[0] == results[1])
    #expect(results[0] != results[2])
  }

  @Test func brokenSamplesAreLeftOut() throws {
    let source = Rows(rows: [[1, 1], [.nan, 0], [-1, 1]])
    #expect(try LabelledViews(source, labels: [1, 0, 0]).labels == [1, 0])
  }

  @Test func whatCannotBeLearnedIsRefused() throws {
    let two = try views(20, seed: 1)
    let one = try LabelledViews(Rows(rows: [[1, 1], [2, 2]]), labels: [1, 1])
    #expect(throws: MeasureError.self) {
      try FineTuning().fit(network(), training: one, validation: two, classCount: 2, seed: 0)
    }
    #expect(throws: MeasureError.self) {
      try FineTuning().fit(network(), training: two, validation: two, classCount: 1, seed: 0)
    }
    #expect(throws: MeasureError.self) { try LabelledViews(Rows(rows: [[1, 1]]), labels: []) }
  }
}
