import Backbones
import Datasets
import Methods

/// What is known of a run before the machine is asked: the data, and what its kind and a preset make of the request.
/// `RunRequest.configuration(for:)` completes it.
public struct Proposal: Sendable {
  public let data: any SampleCollection
  /// The samples to train on; the others are held out.
  public let training: [Int]
  public let preset: Preset
  public let method: MethodConfiguration
  public let backbone: BackboneConfiguration
  /// Where these differ from the preset.
  let departures: [Departure]
  /// What a user should know of what becomes of the data, a sentence each.
  public var notes: [String] = []
}

extension RunRequest {
  /// Finds the samples in folders and files, and what becomes of their kind.
  public func proposal(scanning places: [String], labelFile: String?) throws -> Proposal {
    try proposal(for: ImageFolder(places, labelFile: labelFile, maxPixels: maxPixels), labelFile: labelFile)
  }
}

/// A number of a run that is not its preset's.
struct Departure: Sendable, CustomStringConvertible {
  let description: String

  /// Nil where both read the same.
  init?(_ what: String, _ value: some CustomStringConvertible, preset: some CustomStringConvertible) {
    guard value.description != preset.description else { return nil }
    description = "\(what) \(value) (preset: \(preset))"
  }
}
