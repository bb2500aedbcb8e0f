/// The methods by the names of the command line and of a run's configuration: the one list of them.
public enum MethodName: String, CaseIterable, Codable, Sendable {
  case simclr
  case scarf
  case vime

  public var configuration: any MethodSettings.Type {
    switch self {
    case .simclr: SimCLR.Configuration.self
    case .scarf: SCARF.Configuration.self
    case .vime: VIME.Configuration.self
    }
  }
}
