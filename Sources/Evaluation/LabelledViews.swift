import Learning
import Measures
import Samples
import Training

/// Samples to learn from, or to be judged by, with what is to be told of each.
public struct LabelledViews {
  /// Drawn anew at every pass.
  public let training: any ViewSource
  /// Without any chance in them.
  public let plain: any ViewSource
  /// One row a sample, as `Targets.row(of:)` gives it.
  public let targets: [[Float]]
  /// Of each sample, nil where it belongs to none; nil where none are known.
  public let groups: [Int?]?

  public var count: Int { targets.count }

  /// - Parameters:
  ///   - training: nil for views that are always the same.
  ///   - groups: one a sample.
  public init(
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
public struct CollectionViews {
  public let plain: any ViewSource
  public let training: any ViewSource
  let targets: Targets
  let groups: Groups?

  public init(of data: any SampleCollection, targets: Targets, seed: UInt64 = 0) {
    plain = data.evaluationView(of: Array(data.names.indices))
    training = data.supervisedViews(seed: seed)
    self.targets = targets
    groups = data.groups
  }

  /// - Parameter samples: those without a known target are left out.
  public func part(_ samples: [Int]) throws(MeasureError) -> LabelledViews {
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
