import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Simple contrastive learning of sentence embeddings, unsupervised (Gao et al. 2021; princeton-nlp/SimCSE).
///
/// Each text passes the network twice: dropout is the only difference between its two views. By a cross-entropy, each
/// first view has to find its second among those of all texts of the batch.
package final class SimCSE: Method {
  package struct Configuration: MethodSettings {
    /// τ of the loss, above 0: 0.05 in the paper.
    package var temperature: Double
    /// Whether a layer with tanh lies between the features and the loss, as in the official code; it is discarded.
    package var hasHead: Bool

    package init(temperature: Double = 0.05, hasHead: Bool = true) {
      self.temperature = temperature
      self.hasHead = hasHead
    }

    package static var name: MethodName { .simcse }
    package static var family: MethodFamily { .contrastive }
    package static var temperaturePath: WritableKeyPath<Self, Double>? { \.temperature }
    package static var needsNegatives: Bool { true }
    package static var summary: String {
      "for texts: the two views of a text differ by dropout alone, and repel all other texts of the batch"
    }
    package static var paper: String { "Gao et al. 2021, arXiv:2104.08821" }
    package static var backboneFamily: String? { BERT.Configuration.family }
    package var viewPlan: ViewPlan { .single }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try SimCSE(self, on: backbone.bert(for: .simcse))
    }
  }

  private let network: BERT
  private let head: Linear?
  private let objective: InfoNCE

  package init(_ configuration: Configuration, on backbone: BERT.Configuration) throws(TorchError) {
    network = try BERT(backbone)
    let width = backbone.width
    head = configuration.hasHead ? try Linear(width, width, deviation: BERT.Configuration.deviation) : nil
    objective = InfoNCE(temperature: configuration.temperature)
  }

  package var backbone: any Backbone { network }
  package var children: [(name: String, module: any Module)] {
    [("backbone", network)] + (head.map { [("mlp.dense", $0)] } ?? [])
  }

  package func choiceCount(ofBatch size: Int) -> Int? { size }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    // In one batch: dropout differs between the two halves.
    let features = try network(concatenate([views[0], views[0]]))
    let embeddings = try head.map { head throws(TorchError) in try tanh(head(features)) } ?? features
    return MethodOutput(features: try features.chunks(2), embeddings: try embeddings.chunks(2))
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.embeddings[0], output.embeddings[1])
  }
}

private enum Operators {
  static let tanh = Operator("tanh")
}

private func tanh(_ x: Tensor) throws(TorchError) -> Tensor { try Operators.tanh(.tensor(x)) }

extension MethodRequest {
  /// SimCSE, for texts; settings that are nil are the preset's.
  ///
  /// - Parameter temperature: τ of the loss, from 0.001 to 100.
  public static func simCSE(temperature: Double? = nil) -> MethodRequest {
    MethodRequest(.simcse, temperature: temperature)
  }
}

extension MethodName {
  public static let simcse: MethodName = "simcse"
}

extension SimCSE.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "simcse", source: "Gao et al. 2021 (unsupervised, BERT-base), and princeton-nlp/SimCSE",
        input: .texts(maxTokens: 32).on("bert", ["width": 768, "layers": 12, "text-pooling": "first"]),
        method: { _ in SimCSE.Configuration() },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 1.2e-4, weightDecay: 0), batchSize: 64, epochs: 1,
        warmUpEpochs: 0, leastStepsPerEpoch: 1,
        departures: ["begins with BERT's weights only where they are given", "a cosine (code: linear)"]),
      Preset(
        "simcse-small",
        source: "simcse, scaled down for thousands of texts in minutes of training; not tuned by measurements yet",
        isSmall: true, input: .texts(maxTokens: 48).on("bert", ["width": 192, "layers": 2]),
        method: { _ in SimCSE.Configuration() },
        optimizer: .small(baseLearningRate: 1e-3), batchSize: 128, epochs: 20, warmUpEpochs: 1, warmUpShare: 0.1),
    ]
  }

  package func validate() throws(SettingError) { try checkTemperature(temperature) }
}
