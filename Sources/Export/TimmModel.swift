import Backbones
import Learning
import Samples

/// timm's name for a network and its arguments: `config.json` beside the weights.
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
    var registers: Int?
    /// Whether positions belong to the patches alone.
    var placesPatchesAlone: Bool?
    var layerScale: Double?
    var pooling: String?
    /// False if tokens are normalised before they are averaged, as here.
    var normalisesPooled: Bool?

    enum CodingKeys: String, CodingKey {
      case depth
      case inputChannels = "in_chans"
      case imageSize = "img_size"
      case patchSize = "patch_size"
      case hasClassToken = "class_token"
      case registers = "reg_tokens"
      case placesPatchesAlone = "no_embed_class"
      case layerScale = "init_values"
      case pooling = "global_pool"
      case normalisesPooled = "fc_norm"
    }
  }

  let architecture: String
  let classCount: Int
  let featureCount: Int
  let pooling: String
  let arguments: Arguments?
  let preprocessing: ExportedInput.Picture
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

  /// Nil if timm cannot build the network: one for rows, one with another width or stem, or one whose head has several
  /// layers.
  init?(_ network: ExportedNetwork) {
    guard let picture = network.configuration.data.exportedInput.picture, network.head?.layerCount ?? 1 == 1,
      let known = network.configuration.backbone.settings as? any TimmArchitecture,
      let (architecture, pooling, arguments) = known.timm(channels: picture.inputSize[0])
    else { return nil }
    self.architecture = architecture
    self.pooling = pooling
    self.arguments = arguments
    classCount = network.head?.target.outputCount ?? 0
    featureCount = network.featureCount
    preprocessing = picture
    labelNames = network.head.map(\.target.classes).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// timm's name for the last layer of a classifier.
  static func headName(of backbone: BackboneConfiguration) -> String {
    (backbone.settings as? any TimmArchitecture).map { type(of: $0).timmHead } ?? "head"
  }
}

/// A network that timm builds too, with the same names of weights.
protocol TimmArchitecture {
  /// timm's name for the last layer of a classifier.
  static var timmHead: String { get }
  /// Nil if timm has no network of these sizes.
  func timm(channels: Int) -> (architecture: String, pooling: String, arguments: TimmModel.Arguments?)?
}

extension ResNet.Configuration: TimmArchitecture {
  static var timmHead: String { "fc" }

  func timm(channels: Int) -> (architecture: String, pooling: String, arguments: TimmModel.Arguments?)? {
    guard width == 64, stem == .imageNet else { return nil }
    return (depth.rawValue, "avg", channels == 3 ? nil : TimmModel.Arguments(inputChannels: channels))
  }
}

extension ViT.Configuration: TimmArchitecture {
  static var timmHead: String { "head" }

  func timm(channels: Int) -> (architecture: String, pooling: String, arguments: TimmModel.Arguments?)? {
    let architecture =
      switch size {
      case .tiny: "vit_tiny_patch16_224"
      case .small: "vit_small_patch16_224"
      case .base: "vit_base_patch16_224"
      }
    let poolsPatches = form.pooling == .patches
    let pooling = poolsPatches ? "avg" : "token"
    return (
      architecture, pooling,
      TimmModel.Arguments(
        inputChannels: channels == 3 ? nil : channels, imageSize: imageSize, patchSize: patchSize, depth: depth,
        hasClassToken: !poolsPatches, registers: registers, placesPatchesAlone: registers == nil ? nil : true,
        layerScale: layerScale, pooling: pooling, normalisesPooled: poolsPatches ? false : nil)
    )
  }
}
