import ArgumentParsing
import Swiftlet

/// Where decoded pictures are kept; what a command computes does not depend on it.
struct CacheOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep decoded samples on disk: off, a folder, or auto (if they do not fit into memory and it saves time).",
      valueName: "off|auto|folder"),
    completion: .directory)
  var cache: CacheChoice = .auto
}

extension CacheChoice: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "": return nil
    case "off": self = .off
    case "auto": self = .auto
    default: self = .folder(FilePath(argument).path)
    }
  }

  public var defaultValueDescription: String {
    switch self {
    case .off: "off"
    case .auto: "auto"
    case .folder(let path): path
    }
  }

  public static func expectation(insteadOf argument: String) -> String { "off, auto or a folder" }
}
