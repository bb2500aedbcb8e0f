import Backbones
import Datasets
import Methods
import Training

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
  /// In which this kind of data is computed, if the machine is not to choose.
  var precision: RunConfiguration.Precision?
}

extension RunRequest {
  /// Finds the samples in folders and files, and what becomes of their kind: a CSV or TSV is a table, all else pictures.
  public func proposal(scanning places: [String], labels: LabelSource? = nil) throws -> Proposal {
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
    return try proposal(for: ImageFolder(places, labelFile: labelFile, maxPixels: maxPixels), labelFile: labelFile)
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
