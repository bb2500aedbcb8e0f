/// The methods by the names of the command line and of a run's configuration: the one list of them.
public enum MethodName: String, CaseIterable, Codable, Sendable {
  case simclr
  case swav
  case dino
  case mae
  case ijepa = "i-jepa"
  case scarf
  case vime

  public var configuration: any MethodSettings.Type {
    switch self {
    case .simclr: SimCLR.Configuration.self
    case .swav: SwAV.Configuration.self
    case .dino: DINO.Configuration.self
    case .mae: MAE.Configuration.self
    case .ijepa: IJEPA.Configuration.self
    case .scarf: SCARF.Configuration.self
    case .vime: VIME.Configuration.self
    }
  }
}
