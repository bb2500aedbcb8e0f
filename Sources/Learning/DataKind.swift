import Backbones
import Samples
import Settings

/// A kind of data, such as pictures, tables or text: what Swiftlet knows about it before there is a run.
///
/// A new kind is a folder: its settings, a reader, views, and a line in the catalogue.
public protocol DataKind: Sendable {
  associatedtype Settings: DataSettings

  /// The data as a whole, for people, in the plural: "tables".
  static var title: String { get }
  /// Its samples and the files that hold them, as half a sentence for users.
  static var summary: String { get }
  /// Whether the named places are data of this kind; nil if they are not. The first kind of the catalogue that is certain
  /// takes them, else the first that would look; a user can name the kind instead (`--kind`).
  static func claim(_ places: [String]) -> Claim?
  /// The options by which a user controls how samples become views.
  static var options: [RunOption] { get }
  /// Presets of methods on this kind of data, in addition to the methods' own.
  static var presets: [Preset] { get }
  /// The view plans that it provides.
  static var plans: [ViewPlan] { get }
  /// The methods that a selection tries where a user names none.
  static var candidates: [MethodName] { get }
  /// The network to use unless the user, the preset or the method names another.
  static var usualBackbone: BackboneName { get }
  /// Finds the data in the named places.
  ///
  /// - Throws: `DatasetError`
  static func source(
    _ places: [String], _ annotations: Annotations, _ options: OptionValues
  ) throws -> any DataSource
}

extension DataKind {
  public static var name: String { Settings.kind }
  public static var plural: String { Settings.plural }
  public static var title: String { name.replacing("-", with: " ") }
  public static var options: [RunOption] { [] }
  public static var presets: [Preset] { [] }
  /// By default none: a user names them.
  public static var candidates: [MethodName] { [] }
}

/// States that a kind of data recognises the named places.
public struct Claim: Sendable, Equatable {
  public enum Strength: Int, Sendable, Comparable {
    /// There may be data of this kind, which are taken if a user chooses an option that this kind alone has.
    case onRequest
    /// There may be data of this kind; a search will tell.
    case possible
    /// Recognised by a file's name or its first bytes.
    case certain

    public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }
  }

  public let strength: Strength
  /// How the kind was recognised, as a clause: "the file ends in .csv".
  public let reason: String

  public init(_ strength: Strength, because reason: String) {
    self.strength = strength
    self.reason = reason
  }
}

/// Data that a run can begin with: a folder of pictures, a table, or a collection of your own.
public protocol DataSource: Sendable {
  /// The name of its kind.
  var kind: String { get }
  /// Proposes a preset, settings that fit the data, and the collection with these settings.
  ///
  /// - Throws: `Refusal` if the request cannot be met; `DatasetError`
  func propose(_ request: DataRequest) throws -> DataProposal
}

/// The part of a user's request that concerns the data.
public struct DataRequest: Sendable {
  /// The options that the user chose.
  public let options: OptionValues
  /// The presets that suit the kind of data.
  public let presets: [Preset]
  public let chosenPreset: Preset.Name?
  public let method: MethodName?
  /// For users, in the plural: "pictures".
  public let kind: String
  /// The weights that the run begins with; nil for random ones.
  public let beginning: Beginning?
  /// What the sides of pictures have to be multiples of, where the network that was chosen, or that weights to begin with are of,
  /// says so.
  public let sideStep: Int?

  /// Where weights are that a run begins with.
  public struct Beginning: Sendable {
    public let place: String
    /// How the samples were read that they were trained on; nil if they are not of a run.
    public let data: DataConfiguration?

    public init(place: String, data: DataConfiguration?) {
      self.place = place
      self.data = data
    }
  }

  public init(
    options: OptionValues, presets: [Preset], chosenPreset: Preset.Name?, method: MethodName?, kind: String,
    beginning: Beginning? = nil, sideStep: Int? = nil
  ) {
    self.sideStep = sideStep
    self.beginning = beginning
    self.options = options
    self.presets = presets
    self.chosenPreset = chosenPreset
    self.method = method
    self.kind = kind
  }

  /// The preset that the user named, or one of the named method, or else the usual one.
  ///
  /// - Parameters:
  ///   - usual: the name of the usual preset; nil for the first small one, or else the first.
  ///   - isSmallSet: if true, presets for few samples are preferred.
  public func preset(usual: Preset.Name? = nil, isSmallSet: Bool = true) throws(Refusal) -> Preset {
    if let name = chosenPreset {
      guard let found = presets.first(where: { $0.name == name }) else {
        throw Refusal(
          "preset", name.rawValue, "is not for \(kind)", .choose(presets.map(\.name.rawValue)))
      }
      if let method, method != found.method {
        throw Refusal(
          [
            .setting("preset", value: name.rawValue),
            .text(" is of the method \(found.method.rawValue), not \(method.rawValue); leave one of the two out"),
          ])
      }
      return found
    }
    let first = presets.first { $0.name == usual } ?? presets.first(where: \.isSmall) ?? presets.first
    guard let first else { throw Refusal("there is no method for \(kind)") }
    guard let method, method != first.method else { return first }
    let ofMethod = presets.filter { $0.method == method }
    guard let chosen = ofMethod.first(where: { $0.isSmall == isSmallSet }) ?? ofMethod.first else {
      throw Refusal(
        "method", method.rawValue, "does not suit \(kind): it needs other views or another network",
        .choose(Set(presets.map(\.method.rawValue)).sorted()))
    }
    return chosen
  }
}

/// What a source proposes for a run on its data.
public struct DataProposal: Sendable {
  public var data: any SampleCollection
  public var preset: Preset
  /// Sizes that settings of methods may depend on: "columns".
  public var sizes: [String: Int]
  /// The settings that differ from the preset.
  public var departures: [Departure]
  /// The settings that were chosen for the user, with reasons.
  public var choices: [Choice]
  /// Warnings about what is known to go badly, one sentence each.
  public var warnings: [String]
  /// The precision that the data need; nil if the machine decides.
  public var precision: RunConfiguration.Precision?
  /// Settings of the network that follow from the data, such as how many tokens there are, or from the weights that the
  /// run begins with. They come before the preset's.
  public var backboneOptions: OptionValues
  /// The network of these weights; nil for the preset's.
  public var backbone: BackboneName?

  public init(
    data: any SampleCollection, preset: Preset, sizes: [String: Int] = [:], departures: [Departure] = [],
    choices: [Choice] = [], warnings: [String] = [], precision: RunConfiguration.Precision? = nil,
    backboneOptions: OptionValues = [:], backbone: BackboneName? = nil
  ) {
    self.backboneOptions = backboneOptions
    self.backbone = backbone
    self.data = data
    self.preset = preset
    self.sizes = sizes
    self.departures = departures
    self.choices = choices
    self.warnings = warnings
    self.precision = precision
  }
}
