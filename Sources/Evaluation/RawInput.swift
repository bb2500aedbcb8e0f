import Learning
import Measures
import Samples
import Settings
import Torch

/// The input of a model without any network, as nearest neighbours and a linear probe take it.
///
/// A linear probe on raw input is the strongest simple baseline, so it is made for every kind of data. It is to take no
/// longer than the probe of a network: where inputs have very many values, it learns on their leading principal axes,
/// fitted on training samples without their labels.
struct RawInput {
  /// What nearest neighbours take.
  let vectors: SampleFeatures
  /// What a probe takes.
  let probed: SampleFeatures
  /// False where `probed` are coordinates along axes, whose sizes mean something.
  let standardizes: Bool
  /// What a user should know of it; nil where a probe takes all values.
  let note: String?

  /// The most values that a probe takes as they are.
  static let mostValues = 3072
  /// As many axes as a usual network has features.
  static let axisCount = 512
  /// Samples that axes are fitted on, evenly spread.
  static let samplesOfFit = 2048
  /// What a probe may work through at a time: samples · values · classes. About a second's work.
  static let mostWork = 1e9

  /// - Parameters:
  ///   - training: the samples that anything may be fitted on.
  ///   - outputCount: how many classes are told apart, 1 for a number.
  init(of data: any SampleCollection, training: [Int], outputCount: Int) throws {
    let (features, samples, _) = try data.configuration.rawBaseline.vectors(of: data, fittedOn: training)
    try self.init(features, of: samples, training: training, outputCount: outputCount)
  }

  init(_ features: Tensor, of samples: [Int], training: [Int], outputCount: Int) throws {
    vectors = SampleFeatures(features, of: samples)
    let width = features.shape[1]
    let readable = vectors.readable(training)
    let work = Double(readable.count) * Double(width) * Double(max(1, outputCount))
    guard !readable.isEmpty, width > Self.mostValues || (width > Self.axisCount && work > Self.mostWork) else {
      (probed, standardizes, note) = (vectors, true, nil)
      return
    }
    let axes = try PrincipalAxes(of: vectors[readable.evenlySpread(Self.samplesOfFit)], limit: Self.axisCount)
    probed = SampleFeatures(try axes.coordinates(of: features), of: samples)
    standardizes = false
    note =
      "The linear probe on the raw input sees its \(Figure.count(width)) values along their "
      + "\(Figure.counted(axes.count, "leading principal axis", plural: "leading principal axes")), which training samples "
      + "have in common."
  }
}
