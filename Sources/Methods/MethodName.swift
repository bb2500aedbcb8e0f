/// The methods by the names of the command line and of a run's configuration: the one list of them.
public enum MethodName: String, CaseIterable, Codable, Sendable {
  case simclr
  case mocoV2 = "moco-v2"
  case mocoV3 = "moco-v3"
  case supcon
  case dcl
  case byol
  case simsiam
  case barlowTwins = "barlow-twins"
  case vicreg
  case rotation
  case jigsaw
  case swav
  case dino
  case mae
  case ijepa = "i-jepa"
  case scarf
  case vime

  public var configuration: any MethodSettings.Type {
    switch self {
    case .simclr: SimCLR.Configuration.self
    case .mocoV2: MoCoV2.Configuration.self
    case .mocoV3: MoCoV3.Configuration.self
    case .supcon: SupCon.Configuration.self
    case .dcl: DCL.Configuration.self
    case .byol: BYOL.Configuration.self
    case .simsiam: SimSiam.Configuration.self
    case .barlowTwins: BarlowTwins.Configuration.self
    case .vicreg: VICReg.Configuration.self
    case .rotation: Rotation.Configuration.self
    case .jigsaw: Jigsaw.Configuration.self
    case .swav: SwAV.Configuration.self
    case .dino: DINO.Configuration.self
    case .mae: MAE.Configuration.self
    case .ijepa: IJEPA.Configuration.self
    case .scarf: SCARF.Configuration.self
    case .vime: VIME.Configuration.self
    }
  }
}
