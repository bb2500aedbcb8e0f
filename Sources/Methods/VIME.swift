import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// The self-supervised half of VIME: value imputation and mask estimation (Yoon et al. 2020, and its official code).
///
/// Some columns of a sample are replaced. From the features of the result, one head predicts which columns were
/// replaced and another restores the original sample. Features for later use are those of the backbone.
package final class VIME: Method {
  package struct Configuration: MethodSettings {
    /// The number of columns of the table, which is the length of the mask.
    package var columns: Int
    /// The number of inputs of the backbone, which are restored. They lie in 0 to 1, the range of the head's sigmoid.
    package var inputs: Int
    /// α, the weight of the restoration relative to the mask; 2 in the official code.
    package var featureWeight: Double

    package init(columns: Int, inputs: Int, featureWeight: Double = 2) {
      self.columns = columns
      self.inputs = inputs
      self.featureWeight = featureWeight
    }

    package static var name: MethodName { .vime }
    package static var family: MethodFamily { .prediction }
    package static var summary: String {
      "for tables: the network predicts which cells of a row were replaced, and restores them"
    }
    package static var paper: String { "Yoon et al. 2020, NeurIPS 33" }
    package var viewPlan: ViewPlan { .corruptedMaskAndClean }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try VIME(self, backbone: backbone.build())
    }
  }

  package let backbone: any Backbone
  private let maskHead: Linear
  private let featureHead: Linear
  private let objective: MaskedRestoration

  package init(_ configuration: Configuration, backbone: any Backbone) throws(TorchError) {
    self.backbone = backbone
    maskHead = try Linear(backbone.featureCount, configuration.columns)
    featureHead = try Linear(backbone.featureCount, configuration.inputs)
    objective = MaskedRestoration(featureWeight: configuration.featureWeight)
  }

  package var comparesEmbeddings: Bool { false }
  package var lossIsMeanOfSamples: Bool { true }
  package var children: [(name: String, module: any Module)] {
    [("backbone", backbone), ("mask_head", maskHead), ("feature_head", featureHead)]
  }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let features = try backbone(views[0])
    return MethodOutput(
      features: [features], embeddings: [features],
      predictions: [try maskHead(features), try sigmoid(featureHead(features))],
      targets: [views[1].tensor, views[2].tensor])
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(
      maskLogits: output.predictions[0], mask: output.targets[0], restored: output.predictions[1],
      original: output.targets[1])
  }
}

extension MethodName {
  public static let vime: MethodName = "vime"
}

extension MethodRequest {
  /// VIME; settings that are nil are the preset's.
  public static func vime() -> MethodRequest {
    MethodRequest(.vime)
  }
}

extension VIME.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "vime", source: "Yoon et al. 2020 (VIME), and its official code (vime_self.py)",
        input: .table(replacing: 0.3, isExact: false, scaling: "minMax", layers: 1, width: nil),
        method: { VIME.Configuration(columns: $0["columns"], inputs: $0["inputs"], featureWeight: 2) },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0), batchSize: 128, epochs: 200,
        warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1,
        departures: [
          "Adam (code: RMSprop)", "200 epochs (code: 10)",
          "replaced cells are drawn from their column (code: shuffled in it)",
        ])
    ]
  }
}

extension VIME.Configuration {
  public func validate() throws(SettingError) {
    try check(columns, in: 1...65_536, "columns")
    try check(inputs, in: 1...1_048_576, "inputs")
    try checkLossWeight(featureWeight, "featureWeight")
  }
}
