import Backbones
import Layers
import Samples
import Settings
import Torch

/// The numbers of one method.
///
/// What several methods have, such as a temperature, is reached by a key path, so that whoever changes it need not know
/// which method it is.
public protocol MethodSettings: Codable, Sendable, Equatable, Validated {
  static var name: MethodName { get }
  static var family: MethodFamily { get }
  /// What the method does, in half a sentence.
  static var summary: String { get }
  /// Authors, year and where to find it.
  static var paper: String { get }
  /// Of a loss that compares samples; nil where there is none.
  static var temperaturePath: WritableKeyPath<Self, Double>? { get }
  /// Of the head between backbone and loss; nil where the method has another.
  static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { get }

  /// The family of networks that the method takes, such as "viT"; nil where any network will do.
  static var backboneFamily: String? { get }
  /// What it asks of the network where neither a user nor a preset does: "positions", "pooling".
  static var backboneOptions: OptionValues { get }

  /// What a user may choose of it, beside what the key paths reach.
  static var ownOptions: [RunOption] { get }
  /// Its published numbers, and those measured for small sets, by their names; those of other kinds of data than
  /// pictures may be with the kind. Where a kind of data has no preset for the method, one of these is taken without what
  /// it says of views.
  static var presets: [Preset] { get }

  /// What becomes of it where a batch passes in parts.
  static var microBatching: MicroBatching { get }

  /// Whether each view is told apart from those of the other samples of its batch, so that small batches teach little.
  static var needsNegatives: Bool { get }

  var viewPlan: ViewPlan { get }
  /// Takes over what a user chose among `ownOptions`.
  mutating func apply(_ options: OptionValues) throws(Refusal)
  func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method
}

extension MethodSettings {
  public static var temperaturePath: WritableKeyPath<Self, Double>? { nil }
  public static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { nil }
  public static var needsNegatives: Bool { false }
  public static var backboneFamily: String? { nil }
  public static var backboneOptions: OptionValues { [:] }
  public static var ownOptions: [RunOption] { [] }
  public static var presets: [Preset] { [] }
  public mutating func apply(_ options: OptionValues) throws(Refusal) {}

  /// Everything that a user may choose of the method.
  public static var options: [RunOption] {
    [
      temperaturePath.map { _ in MethodOptions.temperature.option },
      projectorPath.map { _ in MethodOptions.projector.option },
    ]
    .compactMap(\.self) + ownOptions
  }
  public static var microBatching: MicroBatching { .exact }
}

/// Which method, and its numbers; a run records it.
public struct MethodConfiguration: Sendable {
  public var settings: any MethodSettings

  public init(_ settings: any MethodSettings) { self.settings = settings }

  public var name: MethodName { type(of: settings).name }
  public var viewPlan: ViewPlan { settings.viewPlan }
  public var microBatching: MicroBatching { type(of: settings).microBatching }

  /// Nil where the method has none; setting it then changes nothing.
  public var temperature: Double? {
    get { settings.temperature }
    set { if let newValue { settings.set(temperature: newValue) } }
  }

  /// Nil where the method has no projector that could be another; setting it then changes nothing.
  public var projector: Projector.Configuration? {
    get { settings.projector }
    set { if let newValue { settings.set(projector: newValue) } }
  }

  /// Takes over what a user chose.
  ///
  /// - Parameter features: of the backbone, for which a projector that is named is built.
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

  /// All that tells it from others, for people.
  public var details: String {
    var parts: [String] = []
    if let temperature { parts.append("at temperature \(temperature)") }
    if let projector { parts.append("with a projector of \(projector.widthList)") }
    return ([name.rawValue] + parts).joined(separator: " ")
  }
}

/// What several methods let a user choose.
public enum MethodOptions {
  public static let temperature = OptionKey<Double>(
    "temperature", in: 0.001...100, help: "Temperature of the contrastive loss. Default: the preset's.")
  public static let projector = OptionKey<ProjectorName>(
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
