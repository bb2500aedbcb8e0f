import Backbones
import Layers
import Learning
import Objectives
import Samples
import Settings
import Torch

/// Settings of a method whose views agree and whose embeddings are kept near a standard normal distribution.
package protocol NearNormalSettings: MethodSettings {
  /// λ, the share of the distance from a normal distribution, from 0 to 1.
  var normalityWeight: Double { get }
  /// M, the random directions of each step.
  var directions: Int { get }
  var projector: Projector.Configuration { get set }
  /// What the distance is measured by.
  static var normality: any NormalityMeasure { get }
}

extension NearNormalSettings {
  package static var family: MethodFamily { .redundancyReduction }
  package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
  package static var takesAnyNumberOfViews: Bool { true }
  package var viewPlan: ViewPlan { .pair }

  package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
    try NearNormal(self, on: backbone)
  }

  public func validate() throws(SettingError) {
    try check(normalityWeight, in: 0...1, "normalityWeight")
    try check(directions, in: 1...65_536, "directions")
    try checkVectors(directions, behind: projector, "directions")
    try Settings.validate(projector, under: "projector")
  }
}

/// Views of a sample agree, and over the batch embeddings are near a standard normal distribution, which prevents the collapse: LeJEPA
/// and VISReg, which differ in how this is measured. There is no teacher, no predictor and no queue.
final class NearNormal: Method {
  private let branch: Branch
  private let normalityWeight: Double
  private let directionCount: Int
  private let agreement = ViewsAgreement()
  private let normality: any NormalityMeasure

  init(_ settings: some NearNormalSettings, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: settings.projector)
    normalityWeight = settings.normalityWeight
    directionCount = settings.directions
    normality = type(of: settings).normality
  }

  var backbone: any Backbone { branch.backbone }
  var children: [(name: String, module: any Module)] { branch.children }

  /// Views of one size pass in one batch, as in the code of LeJEPA's authors.
  func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try branch.together(views)
  }

  /// (1 − λ) · agreement + λ · mean over views of the distance from a normal distribution, along the same directions.
  func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let views = output.embeddings
    let directions = try RandomDirections.ofStep(
      position.step, directionCount, width: views[0].shape[1], like: views[0])
    let distances = try views.map { view throws(TorchError) in try normality(view, along: directions) }
    return try agreement(views, globalCount: 2) * (1 - normalityWeight) + stack(distances).mean() * normalityWeight
  }
}
