import ArgumentParsing
import Swiftlet

/// Method, preset and network by their names in the catalogue, and the options that these declare.
struct LearningOptions: ParsableArguments {
  @Option(help: "How to learn; 'swiftlet methods' describes each. Default: by the kind of data.")
  var method: MethodName?

  @Option(
    help: ArgumentHelp(
      "A named set of hyperparameters for everything that you do not choose; 'swiftlet methods NAME' lists the presets. Default: the method's own, or its "
        + "small one for few samples.", listsValues: false))
  var preset: Preset.Name?

  @OptionGroup var network: BackboneOption

  @DeclaredOptions({ CatalogueOptions.all }) var chosen: [String: String]

  func apply(to request: inout RunRequest) throws {
    request.method = method
    request.preset = preset
    request.backbone = network.backbone
    request.options = try CatalogueOptions.values(of: chosen)
  }
}

struct BackboneOption: ParsableArguments {
  @Option(help: ArgumentHelp(CatalogueOptions.backboneHelp))
  var backbone: BackboneName?
}

/// The options that kinds of data, methods and networks declare.
enum CatalogueOptions {
  static var all: [DeclaredOption] { ofMethods + ofNetworks + ofKinds }

  static let backboneHelp =
    "The network; 'swiftlet backbones' describes each. Default: the one that the method or its preset needs, else the usual "
    + "one for the kind of data."

  static var ofMethods: [DeclaredOption] {
    SwiftletProgram.catalogue.methods.flatMap { $0.options }.map { $0.declared(in: "Method") }
  }

  static var ofNetworks: [DeclaredOption] {
    SwiftletProgram.catalogue.backbones.flatMap { $0.options }.map { $0.declared(in: "Network") }
  }

  static var ofKinds: [DeclaredOption] { SwiftletProgram.catalogue.kinds.flatMap { declared(by: $0) } }

  /// Those that say how files are read.
  static var ofReading: [DeclaredOption] {
    SwiftletProgram.catalogue.kinds.flatMap { kind in declared(by: kind) { $0.saysHowToRead } }
  }

  static func declared(
    by kind: any DataKind.Type, where isWanted: (RunOption) -> Bool = { _ in true }
  ) -> [DeclaredOption] {
    let title = kind.name.prefix(1).uppercased() + kind.name.dropFirst()
    let section = OptionSection(title: title, more: "swiftlet kinds \(kind.name)")
    return kind.options.filter(isWanted).map { $0.declared(in: section) }
  }

  /// The options of the kind of data that a run is of.
  ///
  /// - Throws: also `Refusal` where one of them is for other data.
  static func values(of chosen: [String: String], for data: DataConfiguration) throws -> OptionValues {
    let values = try values(of: chosen)
    guard let kind = SwiftletProgram.catalogue.kind(named: data.kind) else { return values }
    let own = kind.options.map(\.name)
    if let other = values.names.first(where: { !own.contains($0) }) { throw Refusal.unused(other, by: kind.title) }
    return values
  }

  /// - Throws: `SettingError` where a value is none that its option takes.
  static func values(of chosen: [String: String]) throws -> OptionValues {
    let known = SwiftletProgram.catalogue.options
    var values = OptionValues()
    for (name, text) in chosen {
      if let option = known.first(where: { $0.name == name }) { values[name] = try option.value(of: text) }
    }
    return values
  }
}

extension RunOption {
  func declared(in section: OptionSection) -> DeclaredOption {
    var words: [String] = []
    if case .words(let all) = domain { words = all }
    return DeclaredOption(
      name, help: ArgumentHelp(help, valueName: valueName), allowedValues: words, section: section, isRare: isRare
    ) { text in
      do throws(SettingError) {
        _ = try value(of: text)
        return nil
      } catch {
        return expected
      }
    }
  }
}

// Names of the catalogue, as values of options.

extension MethodName: ExpressibleByArgument {
  public static var allValueStrings: [String] { SwiftletProgram.catalogue.methodNames.map(\.rawValue) }
  public init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    self.init(rawValue: argument)
  }
}

extension Preset.Name: ExpressibleByArgument {
  public static var allValueStrings: [String] { SwiftletProgram.catalogue.presets.map(\.name.rawValue) }
  public init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    self.init(rawValue: argument)
  }
}

extension BackboneName: ExpressibleByArgument {
  public static var allValueStrings: [String] { SwiftletProgram.catalogue.models.map(\.name.rawValue) }
  public init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    self.init(rawValue: argument)
  }
}

extension ProjectorName: ExpressibleByArgument {}
extension ImageRecipe.Name: ExpressibleByArgument {}

/// "pictures"
struct KindName: ExpressibleByArgument {
  let name: String

  static var allValueStrings: [String] { SwiftletProgram.catalogue.kinds.map { $0.name } }
  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    name = argument
  }
}
