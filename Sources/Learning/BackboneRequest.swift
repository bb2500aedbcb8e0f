import Backbones
import Settings

/// A network and the settings that you choose for it: `.resNet(.resNet18)`. The other settings follow from the preset
/// and the data.
public struct BackboneRequest: Sendable {
  public let name: BackboneName?
  public let options: OptionValues

  /// - Parameters:
  ///   - name: nil for the network of the preset.
  ///   - options: the chosen settings.
  public init(_ name: BackboneName?, _ options: OptionValues = [:]) {
    self.name = name
    self.options = options
  }

  /// Sets in `request` what was chosen here; everything else in it stays.
  package func apply(to request: inout RunRequest) {
    if let name { request.backbone = name }
    request.options = options.completed(by: request.options)
  }

  /// ResNet (He et al. 2016).
  ///
  /// - Parameters:
  ///   - stem: the first layers; nil for those that suit the size of the views.
  ///   - width: channels of the first stage, 64 in the paper; nil for the preset's.
  public static func resNet(
    _ depth: ResNet.Configuration.Depth = .resNet18, stem: ResNet.Configuration.Stem? = nil, width: Int? = nil
  ) -> BackboneRequest {
    var options = OptionValues()
    options[ResNet.Configuration.stem] = stem
    options[NetworkOptions.width] = width
    return BackboneRequest(BackboneName(rawValue: depth.rawValue), options)
  }

  /// A vision transformer (Dosovitskiy et al. 2021).
  ///
  /// - Parameters:
  ///   - patchSize: side of a patch in pixels: 4, 8, 14 or 16; nil for the one that suits the size of the views.
  ///   - depth: number of blocks, 12 in the paper; nil for the preset's.
  public static func viT(
    _ size: ViT.Configuration.Size = .tiny, patchSize: Int? = nil, depth: Int? = nil
  ) -> BackboneRequest {
    var options = OptionValues()
    options[ViT.Configuration.patchSize] = patchSize
    options[NetworkOptions.layers] = depth
    return BackboneRequest(BackboneName(rawValue: size.rawValue), options)
  }

  /// A multi-layer perceptron, for samples that are rows of numbers.
  public static func mlp(width: Int? = nil, layers: Int? = nil) -> BackboneRequest {
    var options = OptionValues()
    options[NetworkOptions.width] = width
    options[NetworkOptions.layers] = layers
    return BackboneRequest("mlp", options)
  }
}
