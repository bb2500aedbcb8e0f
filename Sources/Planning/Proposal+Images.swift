import Backbones
import Datasets
import Methods
import Views

extension RunRequest {
  /// Pictures up to this side are looked at in 32 pixels, and by a backbone that does not reduce them at its entry.
  static let smallSide = 40

  /// Sets below this count get the preset that was measured on such.
  static let smallCount = 20_000

  /// What becomes of pictures.
  ///
  /// - Parameter labelFile: where the labels of `folder` came from, if from a file.
  public func proposal(for folder: ImageFolder, labelFile: String? = nil) throws -> Proposal {
    let preset = Preset(preset ?? (folder.count < Self.smallCount ? .small : .simclr))
    let (presetViews, presetSize) =
      switch preset.input {
      case .images(let views, let imageSize): (views, imageSize)
      }
    let isSmall = preset.name == .small && folder.typicalShortSide <= Self.smallSide
    var images = ImageConfiguration(
      imageSize: imageSize ?? (isSmall ? 32 : presetSize), views: views ?? presetViews, maxPixels: maxPixels)
    // ImageNet's colours are known; of other channels and depths the data say what is usual.
    var statistics: ImageStatistics?
    if folder.contents.channels != 3 || !folder.contents.deepSamples.isEmpty {
      let measured = ImageStatistics(of: folder, decode: images.decode)
      images.follow(measured)
      statistics = measured
    }
    let data = ImageCollection(folder, labelFile: labelFile, images)
    let stem = stem ?? (images.imageSize <= Self.smallSide ? .cifar : .imageNet)
    let resNet = ResNet.Configuration(depth, stem: stem, width: width, inputChannels: images.channels)
    let (method, departures) = method(of: preset, features: resNet.featureCount)
    return Proposal(
      data: data, training: try data.trainingIndices(), preset: preset, method: method, backbone: .resNet(resNet),
      departures: departures
        + [
          Departure("image size", images.imageSize, preset: presetSize),
          Departure("views", images.views.rawValue, preset: presetViews.rawValue),
        ].compactMap(\.self), notes: Self.notes(on: folder.contents, statistics))
  }

  /// What is done with pictures that are not just 8-bit grey and RGB.
  static func notes(on contents: ImageContents, _ statistics: ImageStatistics?) -> [String] {
    var notes: [String] = []
    if contents.channels != 3 {
      notes.append(
        "The pictures have \(contents.channels) channels: the network takes as many, and of the colour operations only "
          + "brightness and contrast are made.")
    }
    if let values = statistics?.values {
      let float = values.float
      notes.append(
        "\(contents.deepSamples.count) pictures have more than 8 bits. Measured on up to \(ImageStatistics.sampleLimit) "
          + "of them: 16-bit values from 0 to \(values.uint16Highest) and floating-point ones from \(float.lowerBound) "
          + "to \(float.upperBound) become 0 to 1; what lies outside is clipped.")
    }
    if contents.pagedCount > 0 {
      notes.append("\(contents.pagedCount) files hold several pictures; the first of each is used.")
    }
    return notes
  }

  /// The preset's method with the numbers that were asked for, and where these differ.
  func method(of preset: Preset, features: Int) -> (MethodConfiguration, [Departure]) {
    switch preset.method {
    case .simCLR(let presetTemperature, let presetProjector):
      let temperature = temperature ?? presetTemperature
      let projector = projector ?? presetProjector
      return (
        .simCLR(.init(temperature: temperature, projector: projector.configuration(features: features))),
        [
          Departure("temperature", temperature, preset: presetTemperature),
          Departure("projector", projector.rawValue, preset: presetProjector.rawValue),
        ].compactMap(\.self)
      )
    }
  }
}
