import Backbones
import Layers
import Objectives
import Settings
import Torch
import Views

/// The self-supervised half of VIME: value imputation and mask estimation (Yoon et al. 2020, and its official code).
///
/// Some columns of a sample are replaced; from the features of what is left, one head says which columns those were and
/// another what the sample was before. Features for later use are the backbone's.
public final class VIME: Method {
  public struct Configuration: MethodSettings {
    /// Columns of the table: what the mask is about.
    public var columns: Int
    /// Inputs of the backbone: what is restored. From 0 to 1, as the head's sigmoid can say.
    public var inputs: Int
    /// α: how much restoring counts beside finding; 2 in the official code.
    public var featureWeight: Double

    public init(columns: Int, inputs: Int, featureWeight: Double = 2) {
      self.columns = columns
      self.inputs = inputs
      self.featureWeight = featureWeight
    }

    public static var name: MethodName { .vime }
    public static var family: MethodFamily { .prediction }
    public static var summary: String {
      "of tables: which cells of a row were replaced, and what stood in them"
    }
    public static var paper: String { "Yoon et al. 2020, NeurIPS 33" }
    public var viewPlan: ViewPlan { .corruptedMaskAndClean }

    public func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try VIME(self, backbone: backbone.build())
    }
  }

  public let backbone: any Backbone
  private let maskHead: Linear
  private let featureHead: Linear
  private let objective: MaskedRestoration

  public init(_ configuration: Configuration, backbone: any Backbone) throws(TorchError) {
    self.backbone = backbone
    maskHead = try Linear(backbone.featureCount, configuration.columns)
    featureHead = try Linear(backbone.featureCount, configuration.inputs)
    objective = MaskedRestoration(featureWeight: configuration.featureWeight)
  }

  public var comparesEmbeddings: Bool { false }
  public var children: [(name: String, module: any Module)] {
    [("backbone", backbone), ("mask_head", maskHead), ("feature_head", featureHead)]
  }

  public func forward(_ views: [Tensor], at moment: Moment) throws(TorchError) -> MethodOutput {
    let features = try backbone(views[0])
    return MethodOutput(
      features: [features], embeddings: [features],
      predictions: [try maskHead(features), try sigmoid(featureHead(features))], targets: [views[1], views[2]])
  }

  public func loss(_ output: MethodOutput, at moment: Moment) throws(TorchError) -> Tensor {
    try objective(
      maskLogits: output.predictions[0], mask: output.targets[0], restored: output.predictions[1],
      original: output.targets[1])
  }
}

extension VIME.Configuration {
  public func validate() throws(SettingError) {
    try check(columns, in: 1...65_536, "columns")
    try check(inputs, in: 1...1_048_576, "inputs")
    try checkLossWeight(featureWeight, "featureWeight")
  }
}
