import Backbones
import Layers
import Learning
import Methods
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Learning from pairs that belong together, such as a title and its body: each has to find the other among those of the
/// batch, in both directions (multiple negatives ranking, Henderson et al. 2017; symmetric as in CLIP, Radford et al. 2021).
package final class RelatedPairs: Method {
  package struct Configuration: ContrastiveSettings {
    /// τ of the loss, above 0: 0.05 in sentence-transformers (scale 20).
    package var temperature: Double
    package var projector: Projector.Configuration

    package init(temperature: Double = 0.05, projector: Projector.Configuration = .identity) {
      self.temperature = temperature
      self.projector = projector
    }

    package static var name: MethodName { .pairs }
    package static var needsNegatives: Bool { true }
    package static var summary: String {
      "contrastive in both directions between two text columns, such as title and body; the batch holds the negatives"
    }
    package static var paper: String { "Henderson et al. 2017, arXiv:1705.00652" }
    package var viewPlan: ViewPlan { .related }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try RelatedPairs(self, on: backbone)
    }
  }

  private let branch: Branch
  private let objective: InfoNCE

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    branch = try Branch(on: backbone, projector: configuration.projector)
    objective = InfoNCE(temperature: configuration.temperature)
  }

  package var backbone: any Backbone { branch.backbone }
  package var children: [(name: String, module: any Module)] { branch.children }

  package func choiceCount(ofBatch size: Int) -> Int? { size }

  /// A title is much shorter than its body: each passes by itself.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let passed = try views.map { view throws(TorchError) in try branch(view) }
    return MethodOutput(features: passed.map(\.features), embeddings: passed.map(\.embeddings))
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let (first, second) = (output.embeddings[0], output.embeddings[1])
    return try (objective(first, second) + objective(second, first)) / 2
  }
}

extension MethodRequest {
  /// Pairs of related texts, such as a title and its body, in two columns; settings that are nil are the preset's.
  ///
  /// - Parameter temperature: τ of the loss, from 0.001 to 100.
  public static func pairs(temperature: Double? = nil) -> MethodRequest {
    MethodRequest(.pairs, temperature: temperature)
  }
}

extension MethodName {
  public static let pairs: MethodName = "pairs"
}

extension RelatedPairs.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "pairs-small",
        source:
          "sentence-transformers' loss (scale 20), for thousands of texts in minutes of training; see docs/benchmarks.md",
        // A bag has no order to learn, so that long texts are seen to their end.
        isSmall: true, input: .texts(maxTokens: 512).on("text-bag", ["width": 512]),
        method: { _ in RelatedPairs.Configuration() }, optimizer: .small(baseLearningRate: 7e-3), batchSize: 512,
        epochs: 30, warmUpEpochs: 1, warmUpShare: 0.05)
    ]
  }

  package func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
  }
}
