import Backbones
import Datasets
import Methods

extension RunRequest {
  /// The network for views of pictures: the one that was asked for, else the preset's.
  func backbone(of preset: Preset, for images: ImageConfiguration) throws(Refusal) -> BackboneConfiguration {
    var form = preset.method.configuration.transformerForm
    if let pooling = preset.pooling { form?.pooling = pooling }
    let name = backbone ?? preset.backbone ?? .resNet18
    if let size = name.viTSize {
      try refuse(
        [("--width", width != nil), ("--stem", stem != nil)],
        becauseOf: "\(name.rawValue), whose width is its size; choose another of "
          + BackboneName.transformers.map(\.rawValue).joined(separator: ", "))
      return .viT(
        ViT.Configuration(
          size, patchSize: try patchSize(for: images.imageSize), imageSize: images.imageSize,
          depth: layers ?? preset.depth ?? 12,
          form: form ?? .usual, dropPath: preset.dropPath, inputChannels: images.channels))
    }
    try refuse([("--layers", layers != nil), ("--patch-size", patchSize != nil)], becauseOf: "\(name.rawValue)")
    guard let depth = name.depth else {
      throw Refusal("--backbone \(name.rawValue) has no meaning for pictures; leave it out")
    }
    guard form == nil else {
      throw Refusal(
        "--method \(preset.method.rawValue) leaves out parts of a picture, which takes a transformer, and not "
          + "\(name.rawValue); choose one of " + BackboneName.transformers.map(\.rawValue).joined(separator: ", "))
    }
    let stem = stem ?? (images.imageSize <= Self.smallSide ? .cifar : .imageNet)
    return .resNet(
      ResNet.Configuration(depth, stem: stem, width: width ?? preset.width ?? 64, inputChannels: images.channels))
  }

  /// The one that was asked for, else 4 pixels for pictures of about 32, 8 for about 64, and 16 for larger ones.
  ///
  /// - Throws: `Refusal` where it does not divide the picture.
  func patchSize(for imageSize: Int) throws(Refusal) -> Int {
    let side = patchSize ?? (imageSize <= Self.smallSide ? 4 : imageSize <= 112 ? 8 : 16)
    guard [4, 8, 16].contains(side) else {
      throw Refusal("--patch-size \(side) must be 4, 8 or 16")
    }
    guard imageSize.isMultiple(of: side) else {
      let below = imageSize / side * side
      throw Refusal(
        "--image-size \(imageSize) is not a multiple of the patches' \(side) pixels; choose "
          + (below == 0 ? "" : "\(below) or ") + "\(below + side), or another --patch-size")
    }
    return side
  }
}
