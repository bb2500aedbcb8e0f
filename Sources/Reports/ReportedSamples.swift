import Evaluation
import Foundation
import Learning
import Samples
import Torch
import Training

/// The samples that a report looks at, with their features. Each is a row, counted from 0.
struct ReportedSamples {
  /// [rows, width]
  let features: Tensor
  /// The index of each row in the collection, in rising order.
  let places: [Int]
  let names: [String]
  /// Indices into `classes`; nil without a label.
  let labels: [Int?]
  let classes: [String]
  let splits: [Labels.Split?]
  /// The groups of all samples of the collection; nil if none are known.
  let groups: Groups?
  /// How many samples the collection holds: more than there are rows where the limit left some out or some cannot be
  /// read.
  let total: Int
  /// How many samples the limit allowed.
  let drawn: Int
  let skipped: [SampleError]

  /// Encodes at most `limit` samples, spread evenly over the collection.
  ///
  /// - Throws: `RunFolder.Failure.notARun` without a checkpoint; `DatasetError.noneReadable`.
  init(of data: any SampleCollection, encodedBy run: RunFolder, limit: Int) throws {
    let all = data.names
    let chosen = Array(0..<all.count).evenlySpread(limit)
    let (features, rows, skipped) = try Self.encode(chosen, of: data, by: Encoder(of: run))
    places = rows.map { chosen[$0] }
    names = places.map { all[$0] }
    let known = data.labels
    labels = places.map { known?.classIndices[$0] }
    splits = places.map { known?.splits[$0] }
    groups = data.groups
    classes = known?.classes ?? []
    self.features = features
    total = all.count
    drawn = chosen.count
    self.skipped = skipped
  }

  var count: Int { places.count }

  var hasLabels: Bool { labels.contains { $0 != nil } }

  func label(_ row: Int) -> String? { labels[row].map { classes[$0] } }

  private static func encode(
    _ chosen: [Int], of data: any SampleCollection, by encoder: Encoder
  ) throws -> (features: Tensor, rows: [Int], skipped: [SampleError]) {
    var parts: [Tensor] = []
    var rows: [Int] = []
    let skipped = try encoder.forEachBatch(of: data.evaluationView(of: chosen)) { features, samples in
      parts.append(features)
      rows += samples
    }
    guard rows.count >= 2 else {
      throw DatasetError.noneReadable(lookedFor: "at least 2 \(data.configuration.plural)", skipped)
    }
    return (try concatenate(parts), rows, skipped)
  }
}
