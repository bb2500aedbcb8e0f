import Backbones
import Layers
import Settings
import Torch
import Views

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

  /// The form of vision transformer that the method takes; nil where any network will do.
  static var transformerForm: ViT.Configuration.Form? { get }

  /// What becomes of it where a batch passes in parts.
  static var microBatching: MicroBatching { get }

  var viewPlan: ViewPlan { get }
  func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method
}

extension MethodSettings {
  public static var temperaturePath: WritableKeyPath<Self, Double>? { nil }
  public static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { nil }
  public static var transformerForm: ViT.Configuration.Form? { nil }
  public static var microBatching: MicroBatching { .exact }
}

/// Which method, and its numbers; a run records it.
public struct MethodConfiguration: Sendable {
  public var settings: any MethodSettings

  public init(_ settings: some MethodSettings) { self.settings = settings }

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

  /// - Throws: `TorchError`, also where a number of it makes no sense.
  public func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
    try settings.validate(for: name.rawValue)
    return try settings.build(on: backbone)
  }
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
  private enum Key: String, CodingKey {
    case name, numbers
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(MethodName.self, forKey: .name)
    settings = try container.decode(name.configuration, forKey: .numbers)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(settings, forKey: .numbers)
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
func checkTemperature(_ value: Double, _ name: String = "temperature") throws(SettingError) {
  try check(value, in: 0.001...100, name)
}

/// How much a part of a loss counts.
func checkLossWeight(_ value: Double, _ name: String) throws(SettingError) { try check(value, in: 0...1_000_000, name) }

/// Refuses a table of vectors that are as wide as what a projector makes.
///
/// - Parameter projector: one without layers makes vectors as wide as the features, which are not known here.
func checkVectors(_ count: Int, behind projector: Projector.Configuration, _ name: String) throws(SettingError) {
  try checkWeights(ofLayers: [count, projector.widths.last ?? 512], name)
}
