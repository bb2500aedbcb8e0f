import Backbones
import Layers
import Objectives
import Settings
import Torch
import Views

/// Self-supervised learning via redundancy reduction (Zbontar et al. 2021).
///
/// Two views of each sample pass the backbone and a wide projector; over the batch, every dimension of the embedding
/// should agree with itself in the other view, and with no other dimension.
public final class BarlowTwins: Method {
  public struct Configuration: MethodSettings {
    /// λ: how much the other dimensions count beside the own; 0.0051 in the official code.
    public var redundancyWeight: Double
    public var projector: Projector.Configuration

    public init(redundancyWeight: Double = 0.0051, projector: Projector.Configuration = .barlowTwins) {
      self.redundancyWeight = redundancyWeight
      self.projector = projector
    }

    public static var name: MethodName { .barlowTwins }
    public static var family: MethodFamily { .redundancyReduction }
    public static var summary: String {
      "every dimension of an embedding agrees with itself in the other view and with no other dimension"
    }
    public static var paper: String { "Zbontar et al. 2021, arXiv:2103.03230" }
    public static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    public var viewPlan: ViewPlan { .pair }

    public func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try BarlowTwins(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: CrossCorrelation

  public init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = CrossCorrelation(redundancyWeight: configuration.redundancyWeight)
  }

  public var backbone: any Backbone { branch.backbone }
  public var children: [(name: String, module: any Module)] { branch.children }

  /// Each view passes by itself, as in the official code: batch normalisation sees one view at a time.
  public func forward(_ views: [Tensor], at moment: Moment) throws(TorchError) -> MethodOutput {
    try branch.apart(views)
  }

  public func loss(_ output: MethodOutput, at moment: Moment) throws(TorchError) -> Tensor {
    try objective(output.embeddings[0], output.embeddings[1])
  }
}

extension BarlowTwins.Configuration {
  public func validate() throws(SettingError) {
    try checkLossWeight(redundancyWeight, "redundancyWeight")
    try Settings.validate(projector, under: "projector")
  }
}
