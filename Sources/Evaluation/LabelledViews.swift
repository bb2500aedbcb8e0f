import Learning
import Measures
import Samples
import Training

/// Samples to learn from, or to be judged by, with the target of each.
package struct LabelledViews {
  /// Drawn anew at every pass.
  package let training: any ViewSource
  /// The views without random changes.
  package let plain: any ViewSource
  /// One row a sample, as `Targets.row(of:)` gives it.
  package let targets: [[Float]]
  /// The group of each sample, nil if it belongs to none; nil if no groups are known.
  package let groups: [Int?]?

  package var count: Int { targets.count }

  /// - Parameters:
  ///   - training: nil for views that are always the same.
  ///   - groups: one a sample.
  package init(
    _ plain: any ViewSource, training: (any ViewSource)? = nil, targets: [[Float]], groups: [Int?]? = nil
  ) throws(MeasureError) {
    guard plain.sampleCount == targets.count else {
      throw MeasureError.count("targets", found: targets.count, expected: plain.sampleCount)
    }
    guard !targets.isEmpty else { throw MeasureError.tooFew("samples", found: 0, needed: 1) }
    if let groups, groups.count != targets.count {
      throw MeasureError.count("groups", found: groups.count, expected: targets.count)
    }
    self.groups = groups
    self.plain = plain
    self.training = training ?? plain
    self.targets = targets
  }
}

/// The views of all samples of a collection, so that parts of it share what was decoded.
package struct CollectionViews {
  package let plain: any ViewSource
  package let training: any ViewSource
  let targets: Targets
  let groups: Groups?

  package init(of data: any SampleCollection, targets: Targets, seed: UInt64 = 0) {
    plain = data.evaluationView(of: Array(data.names.indices))
    training = data.supervisedViews(seed: seed)
    self.targets = targets
    groups = data.groups
  }

  /// - Parameter samples: those without a known target are left out.
  package func part(_ samples: [Int]) throws(MeasureError) -> LabelledViews {
    let known = samples.filter { targets.row(of: $0) != nil }
    return try LabelledViews(
      SubsetViews(plain, samples: known), training: SubsetViews(training, samples: known),
      targets: known.compactMap { targets.row(of: $0) }, groups: groups?.of(known))
  }
}

extension FineTuning {
  /// A linear probe on the frozen network of a run.
  static func probe(on run: RunFolder, labelCount: Int) throws -> FineTuning {
    let (configuration, _) = try run.open()
    var tuning = configuration.data.fineTuning(configuration.backbone, labelCount: labelCount)
    tuning.mode = .probe
    return tuning
  }
}
