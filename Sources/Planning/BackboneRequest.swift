import Backbones

/// A network, and those of its numbers that you choose; the others follow from the data: `.resNet(.resNet18)`.
public struct BackboneRequest: Sendable {
  let apply: @Sendable (inout RunRequest) -> Void

  /// ResNet (He et al. 2016).
  ///
  /// - Parameters:
  ///   - stem: its entry; by default as suits the size of the views.
  ///   - width: channels of the first stage, 64 in the paper.
  public static func resNet(
    _ depth: ResNet.Configuration.Depth = .resNet18, stem: ResNet.Configuration.Stem? = nil, width: Int = 64
  ) -> BackboneRequest {
    BackboneRequest { request in
      request.backbone = BackboneName(rawValue: depth.rawValue)
      request.stem = stem
      request.width = width
    }
  }

  /// A vision transformer (Dosovitskiy et al. 2021).
  ///
  /// - Parameters:
  ///   - patchSize: side of a patch in pixels: 4, 8 or 16; by default as suits the size of the views.
  ///   - depth: how many blocks, 12 in the paper.
  public static func viT(
    _ size: ViT.Configuration.Size = .tiny, patchSize: Int? = nil, depth: Int? = nil
  ) -> BackboneRequest {
    BackboneRequest { request in
      request.backbone = BackboneName(rawValue: size.rawValue)
      request.patchSize = patchSize
      request.layers = depth
    }
  }
}
