import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Self-supervised contrastive learning using random feature corruption (Bahri et al. 2022, arXiv 2106.15147).
///
/// Each sample passes the backbone and a head twice: unchanged, and with some columns replaced. By InfoNCE each clean
/// sample has to find its corrupted version among those of the batch. Features for later use are those of the backbone,
/// before the head.
package final class SCARF: Method {
  package struct Configuration: MethodSettings {
    /// τ of InfoNCE, above 0; 1 in the paper.
    package var temperature: Double
    /// In the paper two layers as wide as those of the backbone.
    package var head: Projector.Configuration

    package init(temperature: Double = 1, head: Projector.Configuration) {
      self.temperature = temperature
      self.head = head
    }

    package static var name: MethodName { .scarf }
    package static var family: MethodFamily { .contrastive }
    package static var summary: String {
      "for tables: a row attracts its copy with replaced cells and repels all other rows of the batch"
    }
    package static var paper: String { "Bahri et al. 2022, arXiv:2106.15147" }
    package static var temperaturePath: WritableKeyPath<Self, Double>? { \.temperature }
    package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.head }
    package var viewPlan: ViewPlan { .cleanAndCorrupted }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try SCARF(self, backbone: backbone.build())
    }
  }

  package let backbone: any Backbone
  package let head: Projector
  private let objective: InfoNCE

  package init(_ configuration: Configuration, backbone: any Backbone) throws(TorchError) {
    self.backbone = backbone
    head = try Projector(inputs: backbone.featureCount, configuration.head)
    objective = InfoNCE(temperature: configuration.temperature)
  }

  package var children: [(name: String, module: any Module)] { [("backbone", backbone), ("head", head)] }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let features = try backbone(concatenate(views))
    let embeddings = try head(features)
    return MethodOutput(
      features: try features.chunks(views.count), embeddings: try embeddings.chunks(views.count))
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.embeddings[0], output.embeddings[1])
  }
}

extension MethodName {
  public static let scarf: MethodName = "scarf"
}

extension MethodRequest {
  /// SCARF; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - temperature: τ of the loss, from 0.001 to 100.
  ///   - projector: the head between backbone and loss.
  public static func scarf(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.scarf, temperature: temperature, projector: projector)
  }
}

extension SCARF.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "scarf", source: "Bahri et al. 2022 (SCARF, arXiv 2106.15147), section 4",
        input: .table(replacing: 0.6, isExact: true, layers: 4, width: 256),
        method: {
          let head = Projector.Configuration(widths: [$0.features, $0.features], normalization: .none, hasBias: true)
          return SCARF.Configuration(temperature: 1, head: head)
        },
        // AdamW without weight decay is Adam: 1e-3 for a batch of 128.
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0), batchSize: 128, epochs: 200,
        warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1,
        departures: ["a fixed number of epochs (paper: up to 1,000, stopped early by a validation part)"])
    ]
  }
}

extension SCARF.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(head, under: "head")
  }
}
