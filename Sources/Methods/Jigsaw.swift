import Backbones
import Layers
import Learning
import Optimizers
import Samples
import Settings
import Torch

/// Solving jigsaw puzzles (Noroozi & Favaro 2016): the network recognises the order of nine tiles of a picture.
///
/// The order is one of a fixed set of permutations that differ in many places. Each tile passes the backbone
/// separately, so the features of the tiles are put into order, not the tiles. The method suits pictures of objects
/// with parts.
package final class Jigsaw: Method {
  package struct Configuration: MethodSettings {
    /// The number of orders, at least 2: 2,000 in VISSL, 1,000 in the paper.
    package var orders: Int
    /// The number of features for each tile: 1,000 in VISSL.
    package var tileWidth: Int

    package init(orders: Int = 2000, tileWidth: Int = 1000) {
      self.orders = orders
      self.tileWidth = tileWidth
    }

    package static var name: MethodName { .jigsaw }
    package static var family: MethodFamily { .pseudoLabels }
    package static var summary: String { "for pictures: the network recognises the order of nine tiles" }
    package static var paper: String { "Noroozi & Favaro 2016, arXiv:1603.09246" }
    package var viewPlan: ViewPlan { .tiles }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try Jigsaw(self, on: backbone)
    }
  }

  package let backbone: any Backbone
  private let tower: Linear
  private let head: Linear
  /// [orders, 9] int64
  private let orders: Buffer

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    try configuration.validate(for: "jigsaw")
    self.backbone = try backbone.build()
    let orders = PermutationSet.orders(configuration.orders, of: ViewPlan.tileCount)
    tower = try Linear(self.backbone.featureCount, configuration.tileWidth)
    head = try Linear(ViewPlan.tileCount * configuration.tileWidth, orders.count)
    self.orders = Buffer(try Tensor(orders.joined().map { Int64($0) }, shape: [orders.count, ViewPlan.tileCount]))
  }

  package var choiceCount: Int? { orders.tensor.shape[0] }

  package var comparesEmbeddings: Bool { false }
  package var lossIsMeanOfSamples: Bool { true }
  package var children: [(name: String, module: any Module)] {
    [("backbone", backbone), ("tower", tower), ("head", head)]
  }

  package var buffers: [(name: String, buffer: Buffer)] { [("orders", orders)] }

  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  /// - Parameter views: one view, [batch, 9, channels, side, side], the tiles row by row.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let (view, tiles) = (views[0].tensor, ViewPlan.tileCount)
    let batch = view.shape[0]
    let pictures = try view.reshaped([batch * tiles] + Array(view.shape[2...])).to(format: .channelsLast)
    let features = try backbone(pictures)
    let kept = try relu(tower(features)).reshaped([batch, tiles, -1])
    let drawn = try draw(batch, on: view.device)
    let laid = try kept.gathered(
      1, orders.tensor.indexed(by: drawn).unsqueezed(2).expanded([batch, tiles, kept.shape[2]]))
    let ofPicture = try features.reshaped([batch, tiles, -1]).mean([1])
    return MethodOutput(
      features: [ofPicture], embeddings: [ofPicture], predictions: [try head(laid.flattened(from: 1))],
      targets: [drawn])
  }

  /// Draws `count` orders, each equally likely.
  private func draw(_ count: Int, on device: Device) throws(TorchError) -> Tensor {
    let known = orders.tensor.shape[0]
    return try world.drawn(count) { all throws(TorchError) in
      try (Tensor.rand([all], .float64, on: device) * Double(known)).to(dtype: .int64)
    }
  }

  /// Cross entropy; for guesses it is the logarithm of the number of orders.
  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let logits = output.predictions[0]
    return try crossEntropy(logits.to(dtype: logits.dtype == .float64 ? .float64 : .float32), output.targets[0])
  }
}

extension MethodName {
  public static let jigsaw: MethodName = "jigsaw"
}

extension MethodRequest {
  /// Jigsaw; settings that are nil are the preset's.
  public static func jigsaw() -> MethodRequest {
    MethodRequest(.jigsaw)
  }
}

extension Jigsaw.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "jigsaw", source: "vissl's jigsaw_8gpu_resnet.yaml, after Noroozi & Favaro 2016",
        input: .pictures(views: "jigsaw", imageSize: 255), method: { _ in Jigsaw.Configuration() },
        optimizer: OptimizerConfiguration(.sgd, baseLearningRate: 0.1, weightDecay: 1e-4, excludesBiasAndNorm: false),
        batchSize: 256, epochs: 105, warmUpEpochs: 0,
        departures: ["a cosine (code: drops at 30, 60, 90 and 100 epochs)", "tiles of 63 pixels (code: 64)"]),
      Preset(
        "jigsaw-small",
        source: "scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
        isSmall: true,
        input: .pictures(views: "jigsaw", imageSize: 96),
        method: { _ in Jigsaw.Configuration(orders: 64, tileWidth: 128) },
        optimizer: .small(), batchSize: 64,
        epochs: 100, warmUpEpochs: 10, warmUpShare: 0.05),
    ]
  }
}

extension Jigsaw.Configuration {
  public func validate() throws(SettingError) {
    // Choosing more orders that are far from one another takes minutes.
    try check(orders, in: 2...5000, "orders")
    try check(tileWidth, in: 1...4096, "tileWidth")
  }
}
