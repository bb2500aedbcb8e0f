import Foundation
import Learning
import Measures
import Samples
import Torch
import Training

/// Few labels of one class among several, spread over what has none: what fine-tuning then learns from.
///
/// As Iscen et al. 2019 have it, each sample is taken for the class that it is most of, and counts by how certain that is
/// (see `LabelSpreading`).
struct SpreadLabels {
  /// Those that were labelled, and of the others the surest.
  let samples: [Int]
  /// A row a sample: its certainty in the column of its class, else 0.
  let targets: [[Float]]

  /// - Throws: `EvaluationError.nothingToSpread` where a sample has not one class among several.
  /// - Parameters:
  ///   - known: samples whose labels may be used.
  ///   - pool: those to spread over, `known` among them; no other label is looked at.
  ///   - features: along whose neighbours labels are spread.
  ///   - limit: of how many samples are kept, beside those of `known`.
  init(
    of known: [Int], over pool: [Int], _ targets: Targets, features: SampleFeatures, limit: Int
  ) throws {
    guard case .oneOf(let classes) = targets.kind else { throw EvaluationError.nothingToSpread }
    let readable = features.readable(pool)
    let isKnown = Set(known)
    let labels = readable.map { isKnown.contains($0) ? targets.classIndex(of: $0) : nil }
    let found = try LabelSpreading().spread(labels, over: features[readable], classCount: classes.count)
    let others = readable.indices.filter { labels[$0] == nil }.sorted {
      (-found.certainties[$0], $0) < (-found.certainties[$1], $1)
    }
    let kept = (readable.indices.filter { labels[$0] != nil } + others.prefix(limit)).sorted()
    samples = kept.map { readable[$0] }
    let predictions = found.shares.predictions
    self.targets = kept.map { place in
      classes.indices.map { predictions[place] == $0 ? Float(found.certainties[place]) : 0 }
    }
  }

  /// The class that each sample is taken for.
  var classIndices: [Int] { targets.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 } }

  /// For people.
  func sentence(labelCount: Int) -> String {
    let certainty = targets.reduce(0) { $0 + Double($1.reduce(0, +)) } / Double(max(1, targets.count))
    return
      "\(labelCount) labels were spread over \(samples.count) samples, which count \(String(format: "%.2f", certainty)) "
      + "of a label each on average."
  }
}

extension CollectionViews {
  func part(_ spread: SpreadLabels) throws(MeasureError) -> LabelledViews {
    try LabelledViews(
      SubsetViews(plain, samples: spread.samples), training: SubsetViews(training, samples: spread.samples),
      targets: spread.targets, groups: groups?.of(spread.samples))
  }
}

extension FineTuning {
  /// How many samples are looked at, views of the same one counted anew.
  func visits(ofSamples labelCount: Int) -> Int { epochs * labelCount }

  /// As many visits of `count` samples as this has of `labelCount`, in at least three passes.
  func spread(over count: Int, from labelCount: Int) -> FineTuning {
    var result = self
    result.epochs = max(3, Int((Double(visits(ofSamples: labelCount)) / Double(count)).rounded()))
    return result
  }
}
