import Backbones
import Datasets
import Methods
import Views

extension RunRequest {
  /// Pictures up to this side are looked at in 32 pixels, and by a backbone that does not reduce them at its entry.
  static let smallSide = 40

  /// Sets below this count get the preset that was measured on such.
  static let smallCount = 20_000

  var pixelLimit: Int { maxPixels ?? CanonicalDecode.defaultMaxPixels }

  /// What becomes of pictures.
  ///
  /// - Parameter labelFile: where the labels of `folder` came from, if from a file.
  public func proposal(for folder: ImageFolder, labelFile: String? = nil) throws -> Proposal {
    try validate()
    try refuse([("--backbone mlp", backbone == .mlp)], becauseOf: "pictures")
    let isSmallSet = folder.count < Self.smallCount
    let preset = try chosenPreset(
      among: Preset.ofPictures, usual: isSmallSet ? .small : .simclr, isSmallSet: isSmallSet, kind: "pictures")
    guard case .images(let presetViews, let presetSize) = preset.input else {
      throw Refusal(preset, isNotFor: "pictures")
    }
    let ownSide = folder.typicalShortSide
    let isSmall = preset.isSmall && ownSide <= Self.smallSide
    var images = ImageConfiguration(
      imageSize: imageSize ?? (isSmall ? 32 : presetSize), views: views ?? presetViews, maxPixels: pixelLimit)
    // ImageNet's colours are known; of other channels and depths the data say what is usual.
    if folder.contents.channels != 3 || !folder.contents.deepSamples.isEmpty {
      images.follow(ImageStatistics(of: folder, decode: images.decode))
    }
    images.localCrops = try localCrops(of: preset, images)
    let backbone = try backbone(of: preset, for: images)
    let data = ImageCollection(folder, labelFile: labelFile, images)
    let (method, departures) = try method(of: preset, .init(features: backbone.featureCount))
    var choices: [Choice] = []
    if self.preset == nil {
      let reason = isSmallSet ? "fewer than \(Self.smallCount) pictures" : "\(Self.smallCount) pictures or more"
      choices.append(Choice("preset", preset.name.rawValue, because: reason))
    }
    if imageSize == nil {
      let reason = isSmall ? "the pictures' own are about \(ownSide) pixels" : "the preset's"
      choices.append(Choice("image size", images.imageSize, because: reason))
    }
    let (training, heldOut) = divided(try data.trainingIndices())
    return Proposal(
      data: data, training: training, heldOut: heldOut, preset: preset, method: method, backbone: backbone,
      departures: departures
        + [
          preset.backbone.flatMap { Departure("backbone", (self.backbone ?? $0).rawValue, preset: $0.rawValue) },
          Departure(
            "local crops", images.localCrops?.count ?? 0,
            preset: preset.usesLocalCrops ? presetViews.localCrops.count : 0),
          Departure("image size", images.imageSize, preset: presetSize),
          Departure("views", images.views.rawValue, preset: presetViews.rawValue),
        ].compactMap(\.self),
      choices: choices,
      warnings: [
        Warnings.enlarged(imageSize: images.imageSize, own: ownSide),
        Warnings.sameness(PictureVariety(of: folder, decode: images.decode)),
      ].compactMap(\.self))
  }

  /// Nil where the method of the preset wants none.
  private func localCrops(of preset: Preset, _ images: ImageConfiguration) throws(Refusal) -> LocalCrops? {
    guard preset.usesLocalCrops else {
      try refuse([("--local-crops", localCrops != nil)], becauseOf: "the method \(preset.method.rawValue)")
      return nil
    }
    var local = images.views.localCrops
    if let localCrops { local.count = localCrops }
    return local
  }
}
