import Backbones
import Datasets
import Methods

// What a request changes in the parts of a recorded configuration that belong to one kind of data, backbone or method.
extension RunRequest {
  func data(of recorded: DataConfiguration) -> DataConfiguration {
    guard case .images(var images) = recorded else { return recorded }
    if let views {
      images.views = views
      images.recipe = views.recipe
    }
    if let imageSize {
      images.imageSize = imageSize
      images.decode.shortSide = 2 * imageSize
    }
    if let maxPixels { images.decode.maxPixels = maxPixels }
    return .images(images)
  }

  func backbone(of recorded: BackboneConfiguration) -> BackboneConfiguration {
    guard case .resNet(var resNet) = recorded else { return recorded }
    if let depth { resNet.depth = depth }
    if let width { resNet.width = width }
    if let stem { resNet.stem = stem }
    return .resNet(resNet)
  }

  /// - Parameter features: of the backbone, for which a projector that is named is built.
  func method(of recorded: MethodConfiguration, features: Int) -> MethodConfiguration {
    guard case .simCLR(var simCLR) = recorded else { return recorded }
    if let temperature { simCLR.temperature = temperature }
    if let projector { simCLR.projector = projector.configuration(features: features) }
    return .simCLR(simCLR)
  }
}

extension BackboneConfiguration {
  /// All that tells it from others, for people.
  var details: String {
    guard case .resNet(let resNet) = self else { return name }
    return "\(name) of width \(resNet.width) with the \(resNet.stem.rawValue) stem"
  }
}

extension MethodConfiguration {
  /// All that tells it from others, for people.
  var details: String {
    guard case .simCLR(let simCLR) = self else { return identifier }
    return "\(identifier) at temperature \(simCLR.temperature) with a projector of "
      + simCLR.projector.widths.map(String.init).joined(separator: "-")
  }
}
