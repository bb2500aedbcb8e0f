import Settings
import Torch

/// The numbers of one family of networks, such as residual networks; a run records them.
///
/// A new network is a file: the network, its settings, and a line in the catalogue.
public protocol BackboneSettings: Codable, Sendable, Equatable, Validated {
  /// Its key in `configuration.json`: "resNet".
  static var family: String { get }
  /// The names that a user chooses it by, such as resnet18 and resnet50.
  static var models: [BackboneModel] { get }
  /// What a user may choose beside the name.
  static var options: [RunOption] { get }

  /// The network of a new run.
  ///
  /// - Throws: `Refusal` where it cannot be what is asked, or not for such samples.
  init(for request: BackboneProposal) throws(Refusal)
  /// Changes what a user asks otherwise than was recorded.
  mutating func change(as request: BackboneProposal) throws(Refusal)

  func build() throws(TorchError) -> any Backbone

  /// - Parameter sample: the tensors of one view of one sample.
  /// - Throws: `SettingError` if the network does not take such samples.
  func validate(sample: [[Int]]) throws(SettingError)

  /// Width of the features of the network that it builds.
  var featureCount: Int { get }
  /// Which of `models` it is.
  var model: BackboneName { get }
  /// For people: "resnet18".
  var title: String { get }
  /// All that tells it from others of its family, for people.
  var details: String { get }
  /// The same network, of which training drops this part of the last residual branch's outputs, and less of those
  /// before it; networks without such branches stay as they are.
  func droppingPaths(_ probability: Double) -> Self
  /// The same network with about a quarter of the work a sample, for runs of little time; nil if it is as small as is
  /// useful, or cannot be smaller.
  func smaller() -> Self?
  /// How much of them fine-tuning drops where nobody says.
  var usualDropPath: Double { get }
  /// Whether pre-training begins with weights that the samples give without learning, rather than with random ones.
  var beginsWithData: Bool { get }
}

extension BackboneSettings {
  public static var options: [RunOption] { [] }
  public var details: String { title }
  public func validate(sample: [[Int]]) throws(SettingError) {}
  public func droppingPaths(_ probability: Double) -> Self { self }
  public func smaller() -> Self? { nil }
  public var usualDropPath: Double { 0 }
  public var beginsWithData: Bool { false }
  public mutating func change(as request: BackboneProposal) throws(Refusal) { self = try Self(for: request) }
}

/// A name that networks are chosen by, such as `resnet18`.
public struct BackboneName: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }
}

/// A network as `swiftlet backbones` lists it.
public struct BackboneModel: Sendable {
  public let name: BackboneName
  /// Authors, year and where to find it; whose weights it takes.
  public let source: String
  /// At the size of the paper, to count its parameters; nil where that depends on the data.
  public let published: BackboneConfiguration?

  public init(_ name: BackboneName, source: String, published: BackboneConfiguration? = nil) {
    self.name = name
    self.source = source
    self.published = published
  }
}

/// What a network has to be: what a user chose, what a recipe says, what a method needs, and what samples look like.
public struct BackboneProposal: Sendable {
  public var name: BackboneName
  /// What a user chose.
  public var chosen: OptionValues
  /// What a recipe, or the method, says where the user chose nothing.
  public var usual: OptionValues
  /// The tensors of one view of one sample: [[3, 64, 64]] for a picture.
  public var sample: [[Int]]
  /// What the samples are, for people: "pictures".
  public var kind: String

  public init(
    _ name: BackboneName, chosen: OptionValues = [:], usual: OptionValues = [:], sample: [[Int]], kind: String
  ) {
    self.name = name
    self.chosen = chosen
    self.usual = usual
    self.sample = sample
    self.kind = kind
  }

  /// What was chosen, else what is usual.
  public subscript<Value>(key: OptionKey<Value>) -> Value? { chosen[key] ?? usual[key] }

  /// - Throws: `Refusal` where a user chose one of these.
  public func refuse(_ names: String..., becauseOf what: String? = nil) throws(Refusal) {
    for option in names where chosen[option] != nil { throw .unused(option, by: what ?? name.rawValue) }
  }
}

/// Which network, and how it is built; a run records it.
public struct BackboneConfiguration: Sendable {
  public var settings: any BackboneSettings

  public init(_ settings: any BackboneSettings) { self.settings = settings }

  public var family: String { type(of: settings).family }
  public var featureCount: Int { settings.featureCount }
  public var title: String { settings.title }
  public var details: String { settings.details }
  public var usualDropPath: Double { settings.usualDropPath }
  public func build() throws(TorchError) -> any Backbone { try settings.build() }
  public func droppingPaths(_ probability: Double) -> BackboneConfiguration {
    BackboneConfiguration(settings.droppingPaths(probability))
  }
}

extension BackboneConfiguration: Equatable {
  public static func == (first: Self, second: Self) -> Bool { first.settings.isEqual(to: second.settings) }
}

extension BackboneSettings {
  fileprivate func isEqual(to other: any BackboneSettings) -> Bool { self == other as? Self }
}

/// {"family": "resNet", "numbers": {"width": 64, …}}; {"resNet": {"_0": {…}}} in runs of version 0.1.
extension BackboneConfiguration: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.decodeNamed("family", among: .backbones, as: (any BackboneSettings).self))
  }

  public func encode(to encoder: any Encoder) throws { try encoder.encode(family, as: "family", numbers: settings) }
}

extension CodingUserInfoKey {
  /// The networks that a decoder knows, by their family: `[String: any BackboneSettings.Type]`.
  public static let backbones = CodingUserInfoKey("backbones")
}

extension BackboneConfiguration: Validated {
  public func validate() throws(SettingError) { try Settings.validate(settings, under: "numbers") }
}
