import Backbones
import Layers
import Learning
import Objectives
import Samples
import Settings
import Torch

private enum Operators {
  static let tanh = Operator("tanh")
}

/// Contrastive learning of general-purpose audio (Saeed et al. 2021; google-research, cola): of two stretches of each clip, one
/// has to be recognised among those of all other clips of the batch, by a bilinear similarity.
package final class COLA: Method {
  package struct Configuration: MethodSettings {
    /// The width of what is compared, 512 in the paper.
    package var width: Int

    package init(width: Int = 512) { self.width = width }

    package static var name: MethodName { .cola }
    package static var family: MethodFamily { .contrastive }
    package static var summary: String {
      "for sound: of two stretches of a clip, one is recognised among all others by a bilinear similarity"
    }
    package static var paper: String { "Saeed et al. 2021, arXiv:2010.10915" }
    package static var needsNegatives: Bool { true }
    package var viewPlan: ViewPlan { .spectrogramPair }

    static let widthKey = OptionKey<Int>(
      "cola-width", in: 2...16_384, help: "Numbers that cola compares. Default: 512."
    ).rare
    package static var ownOptions: [RunOption] { [widthKey.option] }
    package mutating func apply(_ options: OptionValues) throws(Refusal) {
      if let width = options[Self.widthKey] { self.width = width }
    }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try COLA(self, on: backbone)
    }

    package func validate() throws(SettingError) { try check(width, in: 2...16_384, "width") }
  }

  package let backbone: any Backbone
  private let projection: Linear
  private let norm: LayerNorm
  private let similarity: Similarity
  private let objective = BilinearContrast()

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    self.backbone = try backbone.build()
    projection = try Linear(self.backbone.featureCount, configuration.width)
    // Keras's.
    norm = try LayerNorm(configuration.width, epsilon: 1e-3)
    similarity = try Similarity(configuration.width)
  }

  package var children: [(name: String, module: any Module)] {
    [("backbone", backbone), ("projection", projection), ("norm", norm), ("similarity", similarity)]
  }

  package func choiceCount(ofBatch size: Int) -> Int? { size }

  /// Both views pass in one batch.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let features = try backbone(concatenate(views))
    let embeddings = try Operators.tanh(.tensor(norm(projection(features)))).chunks(2)
    return MethodOutput(
      features: try features.chunks(2), embeddings: embeddings, predictions: [try similarity(embeddings[0])],
      targets: [embeddings[1]])
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.predictions[0], output.targets[0])
  }

  /// x → Wᵀ x
  private final class Similarity: Module {
    private let weight: Parameter

    /// Glorot's uniform numbers, as Keras draws them.
    init(_ width: Int) throws(TorchError) {
      let bound = (3 / Double(width)).squareRoot()
      weight = try Parameter(.uniform([width, width], -bound...bound))
    }

    var parameters: [(name: String, parameter: Parameter)] { [("weight", weight)] }

    func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try x.matmul(weight.tensor) }
  }
}

extension MethodName {
  public static let cola: MethodName = "cola"
}

extension MethodRequest {
  /// COLA, for sound; settings that are nil are the preset's.
  ///
  /// - Parameter width: how many numbers are compared, 512 in the paper.
  public static func cola(width: Int? = nil) -> MethodRequest {
    var options = OptionValues()
    options[COLA.Configuration.widthKey] = width
    return MethodRequest(.cola, options)
  }
}
