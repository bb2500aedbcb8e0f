import Backbones
import Samples
import Settings

/// A kind of data: pictures, tables, text. What Swiftlet knows of it before there is a run.
///
/// A new kind is a folder: its settings, a reader, views, and a line in the catalogue.
public protocol DataKind: Sendable {
  associatedtype Settings: DataSettings

  /// The data as a whole, for people, in the plural: "tables".
  static var title: String { get }
  /// What its samples are and which files hold them, in half a sentence for people.
  static var summary: String { get }
  /// Whether what a user names is data of this kind; nil where it is not.
  static func claim(_ places: [String]) -> Claim?
  /// What a user may choose of how samples become views.
  static var options: [RunOption] { get }
  /// Numbers for methods on this kind of data, beside those that methods bring themselves.
  static var presets: [Preset] { get }
  /// Which views it provides.
  static var plans: [ViewPlan] { get }
  /// The network where nobody names one, and no preset or method asks for another.
  static var usualBackbone: BackboneName { get }
  /// Finds the data that a user names.
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
}

/// That a kind of data recognises what a user named.
public struct Claim: Sendable, Equatable {
  public enum Strength: Int, Sendable, Comparable {
    /// It would look, and may find nothing.
    case possible
    /// By a file's name or its first bytes.
    case certain

    public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }
  }

  public let strength: Strength
  /// How it was recognised, for the sentence that says so: "the file ends in .csv".
  public let reason: String

  public init(_ strength: Strength, because reason: String) {
    self.strength = strength
    self.reason = reason
  }
}

/// Data that a run can begin with: a folder of pictures, a table, or a collection of one's own.
public protocol DataSource: Sendable {
  /// The name of its kind.
  var kind: String { get }
  /// What becomes of the data in a run: a preset, settings that fit the data, and the collection that has them.
  ///
  /// - Throws: `Refusal` where the request cannot be met; `DatasetError`
  func propose(_ request: DataRequest) throws -> DataProposal
}

/// What a user asks of a run, as far as its data are concerned.
public struct DataRequest: Sendable {
  /// What a user chose.
  public let options: OptionValues
  /// The presets that suit the kind of data.
  public let presets: [Preset]
  public let chosenPreset: Preset.Name?
  public let method: MethodName?
  /// For people: "pictures".
  public let kind: String

  public init(
    options: OptionValues, presets: [Preset], chosenPreset: Preset.Name?, method: MethodName?, kind: String
  ) {
    self.options = options
    self.presets = presets
    self.chosenPreset = chosenPreset
    self.method = method
    self.kind = kind
  }

  /// The preset that was asked for, by itself or by its method, else the usual one.
  ///
  /// - Parameters:
  ///   - usual: nil for the first that is small, or the first of all.
  ///   - isSmallSet: then a method's preset for few samples is preferred.
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
        "method", method.rawValue, "wants views that \(kind) do not have",
        .choose(Set(presets.map(\.method.rawValue)).sorted()))
    }
    return chosen
  }
}

/// What becomes of data in a run.
public struct DataProposal: Sendable {
  public var data: any SampleCollection
  public var preset: Preset
  /// What the numbers of methods may depend on: "columns".
  public var sizes: [String: Int]
  /// Where the settings differ from the preset.
  public var departures: [Departure]
  /// What was chosen for the user, and why.
  public var choices: [Choice]
  /// What is known to go badly, a sentence each.
  public var warnings: [String]
  /// In which the kind of data is computed, if the machine is not to choose.
  public var precision: RunConfiguration.Precision?

  public init(
    data: any SampleCollection, preset: Preset, sizes: [String: Int] = [:], departures: [Departure] = [],
    choices: [Choice] = [], warnings: [String] = [], precision: RunConfiguration.Precision? = nil
  ) {
    self.data = data
    self.preset = preset
    self.sizes = sizes
    self.departures = departures
    self.choices = choices
    self.warnings = warnings
    self.precision = precision
  }
}
