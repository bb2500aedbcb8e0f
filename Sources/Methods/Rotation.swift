import Backbones
import Layers
import Learning
import Optimizers
import Samples
import Settings
import Torch

/// Predicting rotations (Gidaris et al. 2018): the network recognises by how many quarter turns a picture was rotated.
///
/// All four rotations of every picture pass in one batch, which is four times as large as the requested batch. The
/// method suits pictures with an upright direction. Nothing can be learned from others, such as views from above.
package final class Rotation: Method {
  package struct Configuration: MethodSettings {
    package init() {}

    package static var name: MethodName { .rotation }
    package static var family: MethodFamily { .pseudoLabels }
    package static var summary: String {
      "for pictures: the network recognises by how many quarter turns each was rotated"
    }
    package static var paper: String { "Gidaris et al. 2018, arXiv:1803.07728" }
    package var viewPlan: ViewPlan { .grid }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try Rotation(self, on: backbone)
    }
  }

  static let turns = 4

  package let backbone: any Backbone
  private let head: Linear

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    self.backbone = try backbone.build()
    head = try Linear(self.backbone.featureCount, Self.turns)
  }

  package var choiceCount: Int? { 4 }
  package var comparesEmbeddings: Bool { false }
  package var lossIsMeanOfSamples: Bool { true }
  package var children: [(name: String, module: any Module)] { [("backbone", backbone), ("head", head)] }

  /// - Parameter views: one view, [batch, channels, side, side].
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let upright = views[0].tensor
    var turned: [Tensor] = []
    for turns in 0..<Self.turns { turned.append(try upright.turned(quarters: turns)) }
    let features = try backbone(concatenate(turned).to(format: .channelsLast))
    // The four rotations show the same picture, so statistics use one of them.
    let ofUpright = try features.rows(0..<upright.shape[0])
    let targets = try Tensor.arange(Self.turns, on: upright.device).unsqueezed(1)
      .expanded([Self.turns, upright.shape[0]]).flattened()
    return MethodOutput(
      features: [ofUpright], embeddings: [ofUpright], predictions: [try head(features)], targets: [targets])
  }

  /// Cross entropy; for guesses it is ln 4.
  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let logits = output.predictions[0]
    return try crossEntropy(logits.to(dtype: logits.dtype == .float64 ? .float64 : .float32), output.targets[0])
  }
}

extension MethodName {
  public static let rotation: MethodName = "rotation"
}

extension MethodRequest {
  /// Rotation; settings that are nil are the preset's.
  public static func rotation() -> MethodRequest {
    MethodRequest(.rotation)
  }
}

extension Rotation.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "rotation-cifar", source: "Gidaris et al. 2018 on CIFAR-10, and gidariss/FeatureLearningRotNet",
        input: .pictures(views: "upright", imageSize: 32), method: { _ in Rotation.Configuration() },
        optimizer: OptimizerConfiguration(
          .sgd, baseLearningRate: 0.2, weightDecay: 5e-4, isNesterov: true, excludesBiasAndNorm: false),
        batchSize: 128, epochs: 200, warmUpEpochs: 0,
        departures: [
          "a cosine (code: drops at 60, 120 and 160 epochs)",
          "crops of 0.6 of the area or more (code: shifts of 4 pixels)",
        ]),
      Preset(
        "rotation-small",
        source: "scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
        isSmall: true, input: .pictures(views: "upright", imageSize: 64), method: { _ in Rotation.Configuration() },
        optimizer: .small(), batchSize: 64,
        epochs: 100, warmUpEpochs: 10, warmUpShare: 0.05),
    ]
  }
}

extension Rotation.Configuration {
  /// It has no numbers.
  public func validate() throws(SettingError) {}
}
