import Backbones
import Layers
import Objectives
import Settings
import Torch
import Views

/// A simple framework for contrastive learning of visual representations (Chen et al. 2020).
///
/// Two views of each sample pass the backbone and a projector; NT-Xent pulls the two together and pushes all other
/// samples of the batch apart. Features for later use are the backbone's, before the projector.
public final class SimCLR: Method {
  public struct Configuration: MethodSettings {
    /// τ of NT-Xent, above 0: 0.1 on ImageNet, 0.5 on CIFAR-10 (the paper), 0.2 on small sets in minutes.
    public var temperature: Double
    public var projector: Projector.Configuration

    public init(temperature: Double, projector: Projector.Configuration) {
      self.temperature = temperature
      self.projector = projector
    }

    public static var name: MethodName { .simclr }
    public static var family: MethodFamily { .contrastive }
    public static var summary: String {
      "two views of a sample attract, all other samples of the batch repel"
    }
    public static var paper: String { "Chen et al. 2020, arXiv:2002.05709" }
    public static var temperaturePath: WritableKeyPath<Self, Double>? { \.temperature }
    public static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
    public var viewPlan: ViewPlan { .pair }

    public func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try SimCLR(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: NTXent

  public init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = NTXent(temperature: configuration.temperature)
  }

  public var backbone: any Backbone { branch.backbone }
  public var children: [(name: String, module: any Module)] { branch.children }

  /// Both views pass in one batch, as in the official code: batch normalisation sees them together.
  public func forward(_ views: [Tensor], at moment: Moment) throws(TorchError) -> MethodOutput {
    try branch.together(views)
  }

  public func loss(_ output: MethodOutput, at moment: Moment) throws(TorchError) -> Tensor {
    try objective(output.embeddings[0], output.embeddings[1])
  }
}

extension SimCLR.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
  }
}
