import Backbones
import Datasets
import Methods

// What a request changes in the parts of a recorded configuration that belong to one kind of data, backbone or method.
extension RunRequest {
  func data(of recorded: DataConfiguration) -> DataConfiguration {
    guard case .images(var images) = recorded else { return recorded }
    if let views { images.use(views) }
    if let imageSize {
      images.imageSize = imageSize
      images.decode.shortSide = 2 * imageSize
    }
    if let localCrops { images.localCrops?.count = localCrops }
    if let maxPixels { images.decode.maxPixels = maxPixels }
    return .images(images)
  }

  func backbone(of recorded: BackboneConfiguration) throws(Refusal) -> BackboneConfiguration {
    switch recorded {
    case .resNet(var resNet):
      if let depth = backbone?.depth { resNet.depth = depth }
      if let width { resNet.width = width }
      if let stem { resNet.stem = stem }
      return .resNet(resNet)
    case .viT(var viT):
      try refuse([("--width", width != nil), ("--stem", stem != nil)], becauseOf: viT.size.rawValue)
      if let size = backbone?.viTSize { viT.size = size }
      if let layers { viT.depth = layers }
      if let imageSize { viT.imageSize = imageSize }
      var request = self
      request.patchSize = patchSize ?? viT.patchSize
      viT.patchSize = try request.patchSize(for: viT.imageSize)
      return .viT(viT)
    case .mlp(var network):
      if let width { network.width = width }
      if let layers { network.layers = layers }
      return .mlp(network)
    }
  }
}

extension BackboneConfiguration {
  /// All that tells it from others, for people.
  var details: String {
    switch self {
    case .resNet(let resNet): "\(name) of width \(resNet.width) with the \(resNet.stem.rawValue) stem"
    case .viT(let viT): "\(name), \(viT.depth) blocks"
    case .mlp(let network): "\(name) of \(network.layers) layers of width \(network.width)"
    }
  }
}

extension MethodConfiguration {
  /// All that tells it from others, for people.
  var details: String {
    var parts: [String] = []
    if let temperature { parts.append("at temperature \(temperature)") }
    if let projector { parts.append("with a projector of \(projector.widthList)") }
    return ([name.rawValue] + parts).joined(separator: " ")
  }
}
