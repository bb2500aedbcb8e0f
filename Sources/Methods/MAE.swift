import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Masked autoencoders (He et al. 2022; facebookresearch/mae).
///
/// Three of four patches of a picture are hidden; the device's random generator chooses them for each picture and step.
/// The backbone sees only the other patches, and a small decoder restores the hidden ones. Features for later use are
/// the class token of the whole picture. They are usually judged by a linear probe on standardised features, as
/// `swiftlet evaluate` does.
package final class MAE: Method {
  package struct Configuration: MethodSettings {
    /// The share of hidden patches, above 0 and below 1.
    package var maskRatio: Double
    package var decoderWidth: Int
    package var decoderDepth: Int
    package var decoderHeads: Int
    /// Whether the targets are scaled to mean 0 and variance 1 in each patch.
    package var normalisesTargets: Bool

    package init(
      maskRatio: Double = 0.75, decoderWidth: Int = 512, decoderDepth: Int = 8, decoderHeads: Int = 16,
      normalisesTargets: Bool = true
    ) {
      self.maskRatio = maskRatio
      self.decoderWidth = decoderWidth
      self.decoderDepth = decoderDepth
      self.decoderHeads = decoderHeads
      self.normalisesTargets = normalisesTargets
    }

    package static var name: MethodName { .mae }
    package static var family: MethodFamily { .prediction }
    package static var summary: String { "three of four patches of a picture are hidden and restored from the others" }
    package static var paper: String { "He et al. 2022, arXiv:2111.06377" }
    package static var backboneFamily: String? { ViT.Configuration.family }
    package static var backboneOptions: OptionValues { ["positions": "fixed", "pooling": "classToken"] }
    package var viewPlan: ViewPlan { .grid }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try MAE(self, on: backbone.transformer(for: .mae))
    }
  }

  private let encoder: ViT
  private let decoder: Decoder
  private let configuration: Configuration
  private let objective: MaskedPatches

  package init(_ configuration: Configuration, on backbone: ViT.Configuration) throws(TorchError) {
    try configuration.validate(for: "mae")
    self.configuration = configuration
    encoder = try ViT(backbone)
    decoder = try Decoder(
      configuration, inputs: encoder.featureCount,
      outputs: backbone.patchSize * backbone.patchSize * backbone.inputChannels)
    try encoder.drawWeightsByXavier()
    try decoder.drawWeightsByXavier()
    objective = MaskedPatches(normalisesTargets: configuration.normalisesTargets)
  }

  package var backbone: any Backbone { encoder }
  package var comparesEmbeddings: Bool { false }
  package var lossIsMeanOfSamples: Bool { true }
  package var children: [(name: String, module: any Module)] { [("backbone", encoder), ("decoder", decoder)] }

  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let side = encoder.configuration.patchSize
    let view = views[0].tensor
    let (rows, columns) = (view.shape[2] / side, view.shape[3] / side)
    // The hidden patches depend on the seed that the trainer sets for each step.
    let order = try world.drawn(view.shape[0]) { count throws(TorchError) in
      try Tensor.rand([count, rows * columns], on: view.device).sorted(1).indices
    }
    return try forward(view, order: order, rows: rows, columns: columns)
  }

  /// - Parameter order: [batch, patches], one permutation for each sample; the first patches stay, the others are
  ///   hidden.
  func forward(_ view: Tensor, order: Tensor, rows: Int, columns: Int) throws(TorchError) -> MethodOutput {
    let patches = try encoder.patches(of: view)
    let count = patches.shape[1]
    let kept = min(max(1, Int(Double(count) * (1 - configuration.maskRatio))), count - 1)
    guard kept >= 1 else {
      throw TorchError(call: "mae", message: "a picture of one patch leaves nothing to restore; choose smaller patches")
    }
    let tokens = try encoder.encoded(patches.patches(at: order.narrowed(1, 0..<kept)))
    let hidden = try order.narrowed(1, kept..<count)
    let restored = try decoder(
      tokens, hasClassToken: encoder.configuration.form.pooling == .classToken, order: order, rows: rows,
      columns: columns)
    let features = try encoder.pooled(tokens)
    return MethodOutput(
      features: [features], embeddings: [features], predictions: [try restored.patches(at: hidden)],
      targets: [try view.cut(into: encoder.configuration.patchSize).patches(at: hidden)])
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(restored: output.predictions[0], patches: output.targets[0])
  }

  /// Puts one learned token in the place of every hidden patch and predicts the pixels of all patches. Its parameters
  /// have the names of the official decoder.
  private final class Decoder: Module {
    private let embed: Linear
    private let maskToken: Parameter
    private let blocks: Sequential
    private let norm: LayerNorm
    private let prediction: Linear
    private let positions: GridPositions

    init(_ configuration: Configuration, inputs: Int, outputs: Int) throws(TorchError) {
      let width = configuration.decoderWidth
      embed = try Linear(inputs, width, deviation: 0.02)
      maskToken = try Parameter(.normal([1, 1, width], deviation: 0.02))
      var blocks: [any Layer] = []
      for _ in 0..<configuration.decoderDepth {
        blocks.append(try TransformerBlock(width: width, heads: configuration.decoderHeads))
      }
      self.blocks = Sequential(blocks)
      norm = try LayerNorm(width)
      prediction = try Linear(width, outputs, deviation: 0.02)
      positions = GridPositions(width: width)
    }

    var parameters: [(name: String, parameter: Parameter)] { [("mask_token", maskToken)] }

    var children: [(name: String, module: any Module)] {
      [("decoder_embed", embed), ("decoder_blocks", blocks), ("decoder_norm", norm), ("decoder_pred", prediction)]
    }

    /// - Returns: [batch, patches, outputs]
    func callAsFunction(
      _ tokens: Tensor, hasClassToken: Bool, order: Tensor, rows: Int, columns: Int
    ) throws(TorchError) -> Tensor {
      let x = try embed(tokens)
      let (batch, first, width) = (x.shape[0], hasClassToken ? 1 : 0, x.shape[2])
      let seen = try x.narrowed(1, first..<x.shape[1])
      let missing = order.shape[1] - seen.shape[1]
      let masks = try maskToken.tensor.expanded([batch, missing, width]).to(dtype: x.dtype)
      let inPlace = try concatenate([seen, masks], dimension: 1).patches(at: order.sorted(1).indices)
      let patches = try inPlace + positions(rows: rows, columns: columns, on: x.device)
      let all = try concatenate([x.narrowed(1, 0..<first).to(dtype: patches.dtype), patches], dimension: 1)
      let decoded = try prediction(norm(blocks(all)))
      return try decoded.narrowed(1, first..<decoded.shape[1])
    }
  }
}

extension MethodName {
  public static let mae: MethodName = "mae"
}

extension MethodRequest {
  /// MAE; settings that are nil are the preset's.
  public static func mae() -> MethodRequest {
    MethodRequest(.mae)
  }
}

extension MAE.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "mae", source: "He et al. 2022 (MAE) on ImageNet with ViT-B/16, and facebookresearch/mae",
        input: .pictures(views: "mae", imageSize: 224).on("vit-base"),
        method: { _ in MAE.Configuration() },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 1.5e-4, weightDecay: 0.05, beta2: 0.95),
        batchSize: 4096, epochs: 800, warmUpEpochs: 40),
      Preset(
        "mae-small",
        source: "mae, scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
        isSmall: true,
        input: .pictures(views: "mae", imageSize: 64).on("vit-tiny", ["layers": 6, "pooling": "patches"]),
        method: { _ in MAE.Configuration(decoderWidth: 96, decoderDepth: 2, decoderHeads: 3) },
        optimizer: OptimizerConfiguration(
          .adamW, baseLearningRate: 3e-3, batchScaling: .squareRoot, weightDecay: 0.05, beta2: 0.95),
        batchSize: 128, epochs: 100, warmUpEpochs: 10, warmUpShare: 0.1),
    ]
  }
}

extension MAE.Configuration {
  public func validate() throws(SettingError) {
    guard maskRatio > 0, maskRatio < 1 else {
      throw SettingError("maskRatio", maskRatio, expected: "above 0 and below 1")
    }
    try check(decoderHeads, in: 1...256, "decoderHeads")
    try check(decoderWidth, in: 4...8192, "decoderWidth")
    // Sines and cosines of row and column share the width.
    guard decoderWidth.isMultiple(of: 4), decoderWidth.isMultiple(of: decoderHeads) else {
      throw SettingError(
        "decoderWidth", decoderWidth, expected: "a multiple of 4 and of decoderHeads, \(decoderHeads)")
    }
    try check(decoderDepth, in: 0...64, "decoderDepth")
    try checkBlocks(decoderDepth, width: decoderWidth, "decoderWidth")
  }
}

/// Refuses blocks of a transformer that together have more weights than a machine can train: about 12 · width² each.
func checkBlocks(_ depth: Int, width: Int, _ name: String) throws(SettingError) {
  try checkWeights(ofLayers: [12 * depth * width, width], name)
}
