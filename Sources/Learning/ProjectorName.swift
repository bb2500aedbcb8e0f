import Layers
import Settings

/// The documented projectors, by their names on the command line.
public enum ProjectorName: String, CaseIterable, Sendable, Codable, OptionConvertible {
  case identity
  case linear
  case simclr
  case simclrV2 = "simclr-v2"
  case mocoV2 = "moco-v2"
  case mocoV3 = "moco-v3"
  case mocoV3ViT = "moco-v3-vit"
  case byol
  case simsiam
  case barlowTwins = "barlow-twins"
  case vicreg
  case soloLearn = "solo-learn"
  case small2 = "small-2"
  case small3 = "small-3"

  public func configuration(features: Int) -> Projector.Configuration {
    switch self {
    case .identity: .identity
    case .linear: .linear
    case .simclr: .simclr(features: features)
    case .simclrV2: .simclrV2(features: features)
    case .mocoV2: .mocoV2(features: features)
    case .mocoV3: .mocoV3(layers: 2)
    case .mocoV3ViT: .mocoV3(layers: 3)
    case .byol: .byol
    case .simsiam: .simsiam
    case .barlowTwins: .barlowTwins
    case .vicreg: .vicreg
    case .soloLearn: .soloLearn
    case .small2: .small2
    case .small3: .small3
    }
  }
}

extension Projector.Configuration {
  /// The name if it has one, otherwise the widths.
  package func shortName(features: Int) -> String {
    ProjectorName.allCases.first { $0.configuration(features: features) == self }?.rawValue ?? widthList
  }

  /// "512-128"
  package var widthList: String { widths.map(String.init).joined(separator: "-") }
}
