import Backbones
import Foundation
import Samples
import Settings

/// The settings of a kind of data; a run records them with the kind's name.
public struct DataConfiguration: Sendable {
  public var settings: any DataSettings

  public init(_ settings: any DataSettings) { self.settings = settings }

  public var kind: String { type(of: settings).kind }
  public var plural: String { type(of: settings).plural }
  public var nameColumn: String { type(of: settings).nameColumn }
  public var labelPlace: LabelPlace { settings.labelPlace }
  public var groupSource: GroupSource? { settings.groupSource }
  public var summary: String { settings.summary }
  public var details: [Explanation] { settings.details }
  public var rawBaseline: RawBaseline { settings.rawBaseline }
  public var furtherBaseline: RawBaseline? { settings.furtherBaseline }
  public var exportedInput: ExportedInput { settings.exportedInput }

  public func scan(_ places: [String], _ annotations: Annotations = Annotations()) throws -> any SampleCollection {
    try settings.scan(places, annotations)
  }

  public func queries(_ text: String) throws -> any SampleCollection { try settings.queries(text) }
  public func queries(in file: String) throws -> any SampleCollection { try settings.queries(in: file) }

  /// - Throws: `DatasetError.foreignListing` if the list is of another kind.
  public func open(_ listing: SampleListing) throws -> any SampleCollection { try settings.opening(listing.list) }

  /// Reads the contents of `samples.json`.
  public func listing(from data: Data, with decoder: JSONDecoder) throws -> SampleListing {
    try settings.decodedListing(from: data, with: decoder)
  }

  public func drawingViews(as other: DataConfiguration) -> DataConfiguration { settings.drawn(as: other.settings) }

  public func changed(by options: OptionValues) throws(Refusal) -> DataConfiguration {
    try settings.boxed(changedBy: options)
  }

  public func readingSteps(changedBy options: OptionValues) throws(Refusal) -> DataConfiguration? {
    try settings.boxed(readingStepsBy: options)
  }

  public func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning {
    settings.fineTuning(backbone, labelCount: labelCount)
  }
}

extension DataSettings {
  fileprivate func opening(_ list: any SampleList) throws -> any SampleCollection {
    guard let own = list as? Listing else { throw DatasetError.foreignListing(kind: Self.plural) }
    return try open(own)
  }

  fileprivate func decodedListing(from data: Data, with decoder: JSONDecoder) throws -> SampleListing {
    let list = try decoder.decode(Listing.self, from: data)
    // What was read may have been changed by hand.
    try (list as? any Validated)?.validate()
    return SampleListing(list)
  }

  fileprivate func drawn(as other: any DataSettings) -> DataConfiguration {
    DataConfiguration((other as? Self).map { drawingViews(as: $0) } ?? self)
  }

  fileprivate func boxed(changedBy options: OptionValues) throws(Refusal) -> DataConfiguration {
    DataConfiguration(try changed(by: options))
  }

  fileprivate func boxed(readingStepsBy options: OptionValues) throws(Refusal) -> DataConfiguration? {
    guard let own = try readingSteps(changedBy: options) else { return nil }
    return DataConfiguration(own)
  }

  fileprivate func isEqual(to other: any DataSettings) -> Bool { self == other as? Self }
}

extension DataConfiguration: Equatable {
  public static func == (first: Self, second: Self) -> Bool { first.settings.isEqual(to: second.settings) }
}

/// {"kind": "pictures", "numbers": {…}}; {"images": {"_0": {…}}} in runs of version 0.1.
extension DataConfiguration: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.decodeNamed("kind", among: .dataKinds, as: (any DataSettings).self))
  }

  public func encode(to encoder: any Encoder) throws { try encoder.encode(kind, as: "kind", numbers: settings) }
}

extension CodingUserInfoKey {
  /// The kinds of data that a decoder knows, by their names: `[String: any DataSettings.Type]`.
  public static let dataKinds = CodingUserInfoKey("dataKinds")
  /// The methods that a decoder knows, by their names: `[String: any MethodSettings.Type]`.
  public static let methods = CodingUserInfoKey("methods")
}

extension DataConfiguration: Validated {
  public func validate() throws(SettingError) { try Settings.validate(settings, under: "numbers") }
}
