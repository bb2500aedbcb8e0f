import Backbones
import Layers
import Objectives
import Settings
import Torch
import Views

/// Supervised contrastive learning (Khosla et al. 2020): SimCLR where labels exist.
///
/// Two views of each sample pass the backbone and a projector; all views of a class attract each other, all others of
/// the batch repel. Samples without a label attract their own other view alone, so that few labels are enough to begin.
public final class SupCon: Method {
  public struct Configuration: MethodSettings {
    /// τ, above 0; 0.1 in the paper.
    public var temperature: Double
    public var projector: Projector.Configuration

    public init(temperature: Double = 0.1, projector: Projector.Configuration) {
      self.temperature = temperature
      self.projector = projector
    }

    public static var name: MethodName { .supcon }
    public static var family: MethodFamily { .contrastive }
    public static var summary: String {
      "with labels: all views of a class attract, all others of the batch repel"
    }
    public static var paper: String { "Khosla et al. 2020, arXiv:2004.11362" }
    public static var temperaturePath: WritableKeyPath<Self, Double>? { \.temperature }
    public static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    public var viewPlan: ViewPlan { .labelledPair }

    public func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try SupCon(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: SupervisedContrast

  public init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = SupervisedContrast(temperature: configuration.temperature)
  }

  public var backbone: any Backbone { branch.backbone }
  public var children: [(name: String, module: any Module)] { branch.children }

  /// - Parameter views: two, which pass in one batch as in the official code, and the classes [batch].
  public func forward(_ views: [Tensor], at moment: Moment) throws(TorchError) -> MethodOutput {
    let (features, embeddings) = try branch(concatenate([views[0], views[1]]))
    return MethodOutput(
      features: try features.chunks(2), embeddings: try embeddings.chunks(2), targets: [views[2]])
  }

  public func loss(_ output: MethodOutput, at moment: Moment) throws(TorchError) -> Tensor {
    try objective(output.embeddings[0], output.embeddings[1], classes: output.targets[0])
  }
}

extension SupCon.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
  }
}
