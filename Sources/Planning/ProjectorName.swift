import Layers

/// The documented variants of the projector, by the names of the command line.
public enum ProjectorName: String, CaseIterable, Sendable, Codable {
  case simclr
  case simclrV2 = "simclr-v2"
  case mocoV2 = "moco-v2"
  case soloLearn = "solo-learn"
  case linear

  public func configuration(features: Int) -> Projector.Configuration {
    switch self {
    case .simclr: .simclr(features: features)
    case .simclrV2: .simclrV2(features: features)
    case .mocoV2: .mocoV2(features: features)
    case .soloLearn: .soloLearn
    case .linear: .linear
    }
  }
}

extension Projector.Configuration {
  /// The name where it has one, else its widths.
  func shortName(features: Int) -> String {
    ProjectorName.allCases.first { $0.configuration(features: features) == self }?.rawValue ?? widthList
  }

  /// "512-128"
  var widthList: String { widths.map(String.init).joined(separator: "-") }
}
