import Backbones
import Datasets
import Methods
import Training

/// What is known of a run before the machine is asked: the data, and what its kind and a preset make of the request.
/// `RunRequest.configuration(for:)` completes it.
public struct Proposal: Sendable {
  public private(set) var data: any SampleCollection
  /// The samples to train on.
  public let training: [Int]
  /// Those whose loss is watched, and not trained on.
  public let heldOut: [Int]
  public let preset: Preset
  public let method: MethodConfiguration
  public let backbone: BackboneConfiguration
  /// Where these differ from the preset.
  let departures: [Departure]
  /// What was chosen for the user, and what is known to go badly, of this kind of data.
  public internal(set) var choices: [Choice] = []
  public internal(set) var warnings: [String] = []
  /// The configuration that is made again, with what the request changes in it.
  public internal(set) var replay: Replay?
  /// In which this kind of data is computed, if the machine is not to choose.
  var precision: RunConfiguration.Precision?
}

extension Proposal {
  /// The same, what reading the samples costs kept on disk as `choice` says.
  public func cached(_ choice: CacheChoice) throws(DatasetError) -> Proposal {
    var result = self
    result.data = try data.cached(choice)
    return result
  }
}

extension RunRequest {
  /// Finds the samples in folders and files, and what becomes of their kind: a CSV or TSV is a table, all else pictures.
  public func proposal(scanning places: [String], labels: LabelSource? = nil) throws -> Proposal {
    try validate()
    var labelFile: String?
    if places.contains(where: Table.isTable) {
      let table = try Table.only(places)
      switch labels {
      case nil: return try proposal(for: table)
      case .column(let name): return try proposal(for: table, labelColumn: name)
      case .file: throw DatasetError.labelsNotProvided(by: labels ?? .file(""), kind: "tables")
      }
    }
    switch labels {
    case nil: break
    case .file(let file): labelFile = file
    case .column(let name): throw DatasetError.labelsNotProvided(by: .column(name), kind: "pictures")
    }
    return try proposal(for: ImageFolder(places, labelFile: labelFile, maxPixels: pixelLimit), labelFile: labelFile)
  }
}

/// A number of a run that is not its preset's.
struct Departure: Sendable, CustomStringConvertible {
  let what: String
  let description: String

  /// Nil where both read the same.
  init?(_ what: String, _ value: some CustomStringConvertible, preset: some CustomStringConvertible) {
    self.init(what, value, insteadOf: preset, in: "preset")
  }

  init?(
    _ what: String, _ value: some CustomStringConvertible, insteadOf other: some CustomStringConvertible,
    in source: String
  ) {
    guard value.description != other.description else { return nil }
    self.what = what
    description = "\(what) \(value) (\(source): \(other))"
  }
}
