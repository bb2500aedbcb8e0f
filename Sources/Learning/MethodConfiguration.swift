import Backbones
import Layers
import Samples
import Settings
import Torch

/// The settings of a method.
///
/// Settings that several methods share, such as the temperature, have key paths, so that callers can change them
/// without knowing the method.
public protocol MethodSettings: Codable, Sendable, Equatable, Validated {
  static var name: MethodName { get }
  static var family: MethodFamily { get }
  /// What the method does, as half a sentence.
  static var summary: String { get }
  /// Authors, year and where to find the paper.
  static var paper: String { get }
  /// The temperature of a loss that compares samples; nil if there is none.
  static var temperaturePath: WritableKeyPath<Self, Double>? { get }
  /// The head between backbone and loss; nil if the method has a head of another form.
  static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { get }

  /// The family of networks that the method needs, such as "viT"; nil for any.
  static var backboneFamily: String? { get }
  /// Options of the network that apply unless the user or the preset sets them: "positions", "pooling".
  static var backboneOptions: OptionValues { get }

  /// The method's own options, in addition to those with key paths.
  static var ownOptions: [RunOption] { get }
  /// Published settings, and settings measured on small sets. Presets for kinds of data other than pictures may be with
  /// the kind. If a kind of data has no preset for the method, one of these is used without its views.
  static var presets: [Preset] { get }

  /// How the method behaves if a batch passes in parts.
  static var microBatching: MicroBatching { get }

  /// Whether each view is contrasted with the other samples of its batch, so that small batches are of little use.
  static var needsNegatives: Bool { get }

  /// Whether a pair may come with further views of each sample, smaller ones of small parts.
  static var takesAnyNumberOfViews: Bool { get }

  var viewPlan: ViewPlan { get }
  /// Applies the user's choices among `ownOptions`.
  mutating func apply(_ options: OptionValues) throws(Refusal)
  func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method
}

extension MethodSettings {
  public static var temperaturePath: WritableKeyPath<Self, Double>? { nil }
  public static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { nil }
  public static var needsNegatives: Bool { false }
  public static var takesAnyNumberOfViews: Bool { false }
  public static var backboneFamily: String? { nil }
  public static var backboneOptions: OptionValues { [:] }
  public static var ownOptions: [RunOption] { [] }
  public static var presets: [Preset] { [] }
  public mutating func apply(_ options: OptionValues) throws(Refusal) {}

  /// All options of the method.
  public static var options: [RunOption] {
    [
      temperaturePath.map { _ in MethodOptions.temperature.option },
      projectorPath.map { _ in MethodOptions.projector.option },
    ]
    .compactMap(\.self) + ownOptions
  }
  public static var microBatching: MicroBatching { .exact }
}

/// A method's settings with its name, as a run records them.
public struct MethodConfiguration: Sendable {
  public var settings: any MethodSettings

  public init(_ settings: any MethodSettings) { self.settings = settings }

  public var name: MethodName { type(of: settings).name }
  public var viewPlan: ViewPlan { settings.viewPlan }
  public var microBatching: MicroBatching { type(of: settings).microBatching }
  package var takesAnyNumberOfViews: Bool { type(of: settings).takesAnyNumberOfViews }

  /// Nil if the method has none; then setting it has no effect.
  public var temperature: Double? {
    get { settings.temperature }
    set { if let newValue { settings.set(temperature: newValue) } }
  }

  /// Nil if the method has no projector to choose; then setting it has no effect.
  public var projector: Projector.Configuration? {
    get { settings.projector }
    set { if let newValue { settings.set(projector: newValue) } }
  }

  /// Applies the user's choices.
  ///
  /// - Parameter features: the number of the backbone's features, which the widths of a projector depend on.
  public mutating func apply(_ options: OptionValues, features: Int) throws(Refusal) {
    if let temperature = options[MethodOptions.temperature] { self.temperature = temperature }
    if let projector = options[MethodOptions.projector] {
      self.projector = projector.configuration(features: features)
    }
    try settings.apply(options)
  }

  /// - Throws: `TorchError`, also if one of its numbers cannot be used.
  public func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
    try settings.validate(for: name.rawValue)
    return try settings.build(on: backbone)
  }

  /// The method with its settings, for users.
  public var details: String {
    var parts: [String] = []
    if let temperature { parts.append("at temperature \(temperature)") }
    if let projector { parts.append("with a projector of \(projector.widthList)") }
    return ([name.rawValue] + parts).joined(separator: " ")
  }
}

/// Options that several methods have.
package enum MethodOptions {
  package static let temperature = OptionKey<Double>(
    "temperature", in: 0.001...100, help: "Temperature of the contrastive loss. Default: the preset's.")
  package static let projector = OptionKey<ProjectorName>(
    "projector", help: "The head between network and loss. Default: the preset's.")
}

extension MethodSettings {
  fileprivate var temperature: Double? { Self.temperaturePath.map { self[keyPath: $0] } }
  fileprivate var projector: Projector.Configuration? { Self.projectorPath.map { self[keyPath: $0] } }

  fileprivate mutating func set(temperature: Double) {
    if let path = Self.temperaturePath { self[keyPath: path] = temperature }
  }

  fileprivate mutating func set(projector: Projector.Configuration) {
    if let path = Self.projectorPath { self[keyPath: path] = projector }
  }

  fileprivate func isEqual(to other: any MethodSettings) -> Bool { self == other as? Self }
}

extension MethodConfiguration: Equatable {
  public static func == (first: MethodConfiguration, second: MethodConfiguration) -> Bool {
    first.settings.isEqual(to: second.settings)
  }
}

/// {"name": "simclr", "numbers": {"temperature": 0.2, …}}
extension MethodConfiguration: Codable {
  public init(from decoder: any Decoder) throws {
    settings = try decoder.decodeNamed("name", among: .methods, as: (any MethodSettings).self)
  }

  public func encode(to encoder: any Encoder) throws {
    try encoder.encode(name.rawValue, as: "name", numbers: settings)
  }
}

extension MethodConfiguration: Validated {
  public func validate() throws(SettingError) { try Settings.validate(settings, under: "numbers") }

  /// With what it takes to know the network: the weights between its features and the projector.
  package func validate(on backbone: BackboneConfiguration) throws(SettingError) {
    try validate()
    do {
      try projector?.validate(inputs: backbone.featureCount)
    } catch {
      throw error.under("numbers.projector")
    }
  }
}

/// What a loss divides similarities by.
public func checkTemperature(_ value: Double, _ name: String = "temperature") throws(SettingError) {
  try check(value, in: 0.001...100, name)
}

/// How much a part of a loss counts.
package func checkLossWeight(_ value: Double, _ name: String) throws(SettingError) {
  try check(value, in: 0...1_000_000, name)
}

/// Refuses a table of vectors that are as wide as what a projector makes.
///
/// - Parameter projector: one without layers makes vectors as wide as the features, which are not known here.
package func checkVectors(_ count: Int, behind projector: Projector.Configuration, _ name: String) throws(SettingError)
{
  try checkWeights(ofLayers: [count, projector.widths.last ?? 512], name)
}
