import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// The image-based joint-embedding predictive architecture (Assran et al. 2023; facebookresearch/ijepa).
///
/// From the patches of a context, a predictor predicts the teacher's features of blocks elsewhere in the same picture.
/// The teacher is a moving average of the backbone. Views are crops without other changes. Features for later use are
/// those of the teacher's backbone, averaged over the patches, as in the official evaluation. They are usually judged
/// by a linear probe on standardised features, as `swiftlet evaluate` does.
package final class IJEPA: Method {
  package struct Configuration: MethodSettings {
    package var masks: BlockMasks.Configuration
    package var predictorWidth: Int
    package var predictorDepth: Int
    /// The teacher's momentum.
    package var momentum: ScheduledValue

    package init(
      masks: BlockMasks.Configuration = .init(), predictorWidth: Int = 384, predictorDepth: Int = 12,
      momentum: ScheduledValue = .linear(from: 0.996, to: 1)
    ) {
      self.masks = masks
      self.predictorWidth = predictorWidth
      self.predictorDepth = predictorDepth
      self.momentum = momentum
    }

    package static var name: MethodName { .ijepa }
    package static var family: MethodFamily { .prediction }
    package static var summary: String {
      "a predictor sees one part of a picture and predicts the features that a moving-average teacher gives to other parts"
    }
    package static var paper: String { "Assran et al. 2023, arXiv:2301.08243" }
    package static var backboneFamily: String? { ViT.Configuration.family }
    package static var backboneOptions: OptionValues { ["positions": "fixed", "pooling": "patches"] }
    package static var microBatching: MicroBatching {
      .impossible("all samples that pass together have masks of the same size")
    }
    package var viewPlan: ViewPlan { .grid }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try IJEPA(self, on: backbone.transformer(for: .ijepa))
    }
  }

  private let student: ViT
  private let teacher: MovingAverage<ViT>
  private let predictor: Predictor
  private let configuration: Configuration
  private let objective = LatentPrediction()

  package init(_ configuration: Configuration, on backbone: ViT.Configuration) throws(TorchError) {
    try configuration.validate(for: "ijepa")
    guard backbone.form.pooling == .patches else {
      throw TorchError(call: "ijepa", message: "predicts patches and needs a transformer without a class token")
    }
    self.configuration = configuration
    var quiet = backbone
    quiet.dropPath = 0
    student = try ViT(backbone)
    teacher = try MovingAverage(ViT(quiet), following: student)
    predictor = try Predictor(configuration, features: student.featureCount, heads: backbone.size.heads)
  }

  package var backbone: any Backbone { teacher.network }
  package var children: [(name: String, module: any Module)] {
    [("student", student), ("teacher", teacher), ("predictor", predictor)]
  }

  package var lossIsMeanOfSamples: Bool { true }
  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let side = student.configuration.patchSize
    let view = views[0].tensor
    let (rows, columns) = (view.shape[2] / side, view.shape[3] / side)
    guard rows >= 2, columns >= 2 else {
      throw TorchError(call: "ijepa", message: "needs at least 2 patches on each side, not \(rows) × \(columns)")
    }
    // The places of the blocks depend on the seed that the trainer sets for each step.
    let draw: [Double] = try world.drawnAlike { () throws(TorchError) in try Tensor.rand([1], .float64) }.values()
    var generator = ViewGenerator(seed: draw[0].bitPattern, epoch: 0, sample: 0, view: 0)
    // Of the whole batch where processes share it: all masks have the same size.
    let share = world.sharedBatch
    let masks = BlockMasks(
      configuration.masks, rows: rows, columns: columns, samples: share?.total ?? view.shape[0],
      generator: &generator)
    return try forward(view, masks.part(share?.rows ?? 0..<view.shape[0]), rows: rows, columns: columns)
  }

  func forward(_ view: Tensor, _ masks: BlockMasks, rows: Int, columns: Int) throws(TorchError) -> MethodOutput {
    let context = try indices(masks.contexts, on: view.device)
    var blocks: [Tensor] = []
    for block in masks.targets { blocks.append(try indices(block, on: view.device)) }
    let taught = try noGrad { () throws(TorchError) in
      try teacher.network.encoded(teacher.network.patches(of: view))
    }
    let seen = try student.encoded(student.patches(of: view).patches(at: context))
    let predicted = try predictor(seen, at: context, blocks: blocks, rows: rows, columns: columns)
    var targets: [Tensor] = []
    for block in blocks { targets.append(try taught.patches(at: block)) }
    let features = try teacher.network.pooled(taught)
    return MethodOutput(
      features: [features], embeddings: [features], predictions: [predicted], targets: [try concatenate(targets)])
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.predictions[0], output.targets[0])
  }

  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    try teacher.follow(momentum: configuration.momentum(at: position.progress))
  }

  private func indices(_ patches: [[Int]], on device: Device) throws(TorchError) -> Tensor {
    try Tensor(patches.flatMap { $0.map(Int64.init) }, shape: [patches.count, patches[0].count]).to(device: device)
  }

  /// A narrow transformer. Its tokens are those of the context and, for each patch to be predicted, one learned token
  /// with the patch's position. Its parameters have the names of the official predictor.
  private final class Predictor: Module {
    private let embed: Linear
    private let maskToken: Parameter
    private let blocks: Sequential
    private let norm: LayerNorm
    private let projection: Linear
    private let positions: GridPositions

    init(_ configuration: Configuration, features: Int, heads: Int) throws(TorchError) {
      let width = configuration.predictorWidth
      embed = try Linear(features, width, deviation: 0.02)
      maskToken = try Parameter(.normal([1, 1, width], deviation: 0.02))
      var blocks: [any Layer] = []
      for _ in 0..<configuration.predictorDepth { blocks.append(try TransformerBlock(width: width, heads: heads)) }
      self.blocks = Sequential(blocks)
      norm = try LayerNorm(width)
      projection = try Linear(width, features, deviation: 0.02)
      positions = GridPositions(width: width)
    }

    var parameters: [(name: String, parameter: Parameter)] { [("mask_token", maskToken)] }

    var children: [(name: String, module: any Module)] {
      [
        ("predictor_embed", embed), ("predictor_blocks", blocks), ("predictor_norm", norm),
        ("predictor_proj", projection),
      ]
    }

    /// Each block is predicted separately from the context; all blocks pass in one batch.
    ///
    /// - Returns: [blocks · batch, patches of a block, features], block after block.
    func callAsFunction(
      _ tokens: Tensor, at context: Tensor, blocks targets: [Tensor], rows: Int, columns: Int
    ) throws(TorchError) -> Tensor {
      let grid = try positions(rows: rows, columns: columns, on: tokens.device)
      func places(_ indices: Tensor) throws(TorchError) -> Tensor {
        try grid.indexed(by: indices.flattened()).reshaped([indices.shape[0], indices.shape[1], grid.shape[1]])
      }
      let seen = try embed(tokens) + places(context)
      let wanted = try concatenate(targets)
      let masks = try places(wanted) + maskToken.tensor
      let contexts = try concatenate(targets.map { _ in seen })
      let all = try concatenate([contexts, masks.to(dtype: contexts.dtype)], dimension: 1)
      let predicted = try norm(blocks(all))
      return try projection(predicted.narrowed(1, seen.shape[1]..<predicted.shape[1]))
    }
  }
}

extension MethodName {
  public static let ijepa: MethodName = "i-jepa"
}

extension MethodRequest {
  /// IJEPA; settings that are nil are the preset's.
  public static func iJEPA() -> MethodRequest {
    MethodRequest(.ijepa)
  }
}

extension IJEPA.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "i-jepa", source: "Assran et al. 2023 (I-JEPA) on ImageNet with ViT-H/14, and facebookresearch/ijepa",
        input: .pictures(views: "ijepa", imageSize: 224).on("vit-base"),
        method: { _ in IJEPA.Configuration() },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 1.25e-4, weightDecay: 0.04, finalWeightDecay: 0.4),
        batchSize: 2048, epochs: 300, warmUpEpochs: 40, finalRateShare: 1e-3,
        departures: [
          "ViT-B/16 (paper: ViT-H/14)", "warm-up from 0 (code: from 0.0002)",
          "scale and ratio of a block are drawn apart (code: by one number)",
          "contexts are cut to one size by chance (code: from the bottom)",
        ]),
      Preset(
        "i-jepa-small",
        source: "i-jepa, scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
        isSmall: true,
        input: .pictures(views: "ijepa", imageSize: 64).on("vit-tiny", ["layers": 6]),
        method: { _ in
          IJEPA.Configuration(predictorWidth: 96, predictorDepth: 2, momentum: .linear(from: 0.99, to: 1))
        },
        optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0.04, finalWeightDecay: 0.4),
        batchSize: 128, epochs: 100, warmUpEpochs: 10, warmUpShare: 0.1),
    ]
  }
}

extension IJEPA.Configuration {
  public func validate() throws(SettingError) {
    try Settings.validate(masks, under: "masks")
    try check(predictorWidth, in: 4...8192, "predictorWidth")
    guard predictorWidth.isMultiple(of: 4) else {
      throw SettingError("predictorWidth", predictorWidth, expected: "a multiple of 4")
    }
    try check(predictorDepth, in: 0...64, "predictorDepth")
    try checkBlocks(predictorDepth, width: predictorWidth, "predictorWidth")
    try momentum.validateMomentum(under: "momentum")
  }
}
