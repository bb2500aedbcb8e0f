import Backbones
import Datasets

/// What timm calls a network, and how it is told to build it: `config.json` beside the weights.
///
/// https://huggingface.co/docs/timm
struct TimmModel: Encodable {
  /// Sizes that differ from those of the architecture.
  struct Arguments: Encodable {
    /// Nil for 3.
    var inputChannels: Int?
    var imageSize: Int?
    var patchSize: Int?
    var depth: Int?
    var hasClassToken: Bool?
    var pooling: String?
    /// False where tokens are normalised before they are averaged, as here.
    var normalisesPooled: Bool?

    enum CodingKeys: String, CodingKey {
      case depth
      case inputChannels = "in_chans"
      case imageSize = "img_size"
      case patchSize = "patch_size"
      case hasClassToken = "class_token"
      case pooling = "global_pool"
      case normalisesPooled = "fc_norm"
    }
  }

  let architecture: String
  let classCount: Int
  let featureCount: Int
  let pooling: String
  let arguments: Arguments?
  let preprocessing: Preprocessing.Pictures
  let labelNames: [String]?

  enum CodingKeys: String, CodingKey {
    case architecture
    case classCount = "num_classes"
    case featureCount = "num_features"
    case pooling = "global_pool"
    case arguments = "model_args"
    case preprocessing = "pretrained_cfg"
    case labelNames = "label_names"
  }

  /// Nil where timm builds no such network: of rows, of a narrower or a small stem, with a head of several layers.
  init?(_ network: ExportedNetwork) {
    guard case .images(let images) = network.configuration.data, network.head?.layerCount ?? 1 == 1 else {
      return nil
    }
    switch network.configuration.backbone {
    case .resNet(let configuration):
      guard configuration.width == 64, configuration.stem == .imageNet else { return nil }
      architecture = configuration.depth.rawValue
      pooling = "avg"
      arguments = images.channels == 3 ? nil : Arguments(inputChannels: images.channels)
    case .viT(let configuration):
      switch configuration.size {
      case .tiny: architecture = "vit_tiny_patch16_224"
      case .small: architecture = "vit_small_patch16_224"
      case .base: architecture = "vit_base_patch16_224"
      }
      let poolsPatches = configuration.form.pooling == .patches
      pooling = poolsPatches ? "avg" : "token"
      arguments = Arguments(
        inputChannels: images.channels == 3 ? nil : images.channels, imageSize: configuration.imageSize,
        patchSize: configuration.patchSize, depth: configuration.depth,
        hasClassToken: !poolsPatches, pooling: pooling, normalisesPooled: poolsPatches ? false : nil)
    case .mlp: return nil
    }
    classCount = network.head?.target.outputCount ?? 0
    featureCount = network.featureCount
    preprocessing = Preprocessing.Pictures(images)
    labelNames = network.head.map(\.target.classes).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What timm calls the last layer of a classifier.
  static func headName(of backbone: BackboneConfiguration) -> String {
    if case .resNet = backbone { "fc" } else { "head" }
  }
}
