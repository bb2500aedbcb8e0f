import Backbones
import Foundation
import Samples
import Settings
import Torch

/// How samples of one kind become inputs of a model. A run records these settings.
///
/// Most requirements have defaults; a kind has to say what its samples are and how to find them.
public protocol DataSettings: Codable, Sendable, Equatable, Validated {
  /// What finds the samples of a run again, so that going on with it does not depend on what a new search would find.
  associatedtype Listing: SampleList

  /// The name in `configuration.json` and in `swiftlet kinds`: "pictures".
  static var kind: String { get }
  /// The name in `configuration.json` of version 0.1; nil for newer kinds.
  static var formerKind: String? { get }
  /// The samples in the plural, for users: "pictures", "table rows".
  static var plural: String { get }
  /// The column of a CSV that names the samples: "path", "row".
  static var nameColumn: String { get }
  /// Where a user gives the labels.
  var labelPlace: LabelPlace { get }
  /// Where the groups of samples are, for kinds of data whose settings say so; nil for the others, see `SampleList`.
  var groupSource: GroupSource? { get }

  /// How samples become views, as half a sentence for users.
  var summary: String { get }
  /// Details of what was found in the data, one line each.
  var details: [Explanation] { get }

  /// The tensors of one view of one sample, by their shapes: [[3, 64, 64]] for a picture; nil if only a collection knows.
  var sampleShapes: [[Int]]? { get }

  /// Finds the samples in folders and files, with their labels and groups.
  ///
  /// - Throws: `DatasetError`
  func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection
  /// Samples that a user writes on a command line to look for similar ones: by default, the file of this name.
  func queries(_ text: String) throws -> any SampleCollection
  /// Samples of a file to look for similar ones; a single one is enough.
  func queries(in file: String) throws -> any SampleCollection
  /// Opens the samples that a run has listed, without a search.
  func open(_ listing: Listing) throws -> any SampleCollection

  /// Whether smaller views of small parts come with each pair, for methods that take any number.
  var hasLocalViews: Bool { get }

  /// The same settings, but with random views as in `other`, so that two runs can be compared on the same views.
  func drawingViews(as other: Self) -> Self
  /// The same settings with the changes that a user asked for.
  func changed(by options: OptionValues) throws(Refusal) -> Self

  /// The same settings for whole recordings, of any length and each of whose steps may have a label; nil for a kind of data
  /// whose samples do not go on in time.
  ///
  /// - Parameter options: what a user chose about how files are read.
  /// - Throws: `Refusal` where an option has no meaning for whole recordings.
  func readingSteps(changedBy options: OptionValues) throws(Refusal) -> Self?

  /// The baseline without learning that a representation is compared with.
  var rawBaseline: RawBaseline { get }
  /// Another one, if the kind has two; it is shown in tables of results.
  var furtherBaseline: RawBaseline? { get }
  /// The default settings for learning from labels.
  ///
  /// - Parameters:
  ///   - backbone: the network that is trained.
  ///   - labelCount: the number of samples with a label.
  func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning
  /// The default number of label draws that a fine-tuning is repeated with.
  var usualDraws: Int { get }
  /// The description of the input in an exported network.
  var exportedInput: ExportedInput { get }
  /// What lies beside the weights of an exported network.
  func exportCompanions(of backbone: BackboneConfiguration) throws -> ExportCompanions
}

extension DataSettings {
  public static var formerKind: String? { nil }
  public static var nameColumn: String { "name" }
  public var labelPlace: LabelPlace { .file }
  public var groupSource: GroupSource? { nil }
  public var summary: String { Self.plural }
  public var details: [Explanation] { [] }
  public var sampleShapes: [[Int]]? { nil }
  public func queries(_ text: String) throws -> any SampleCollection { try queries(in: text) }
  public func queries(in file: String) throws -> any SampleCollection { try scan([file], Annotations()) }
  public var hasLocalViews: Bool { false }
  public func drawingViews(as other: Self) -> Self { self }
  public func changed(by options: OptionValues) throws(Refusal) -> Self { self }
  public func readingSteps(changedBy options: OptionValues) throws(Refusal) -> Self? { nil }
  public var rawBaseline: RawBaseline { .flattenedViews }
  public var furtherBaseline: RawBaseline? { nil }
  public func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning { FineTuning() }
  public var usualDraws: Int { 1 }
  public func exportCompanions(of backbone: BackboneConfiguration) throws -> ExportCompanions { ExportCompanions() }
  public var exportedInput: ExportedInput { ExportedInput(preparation: "Samples are \(Self.plural).") }
}

/// The recorded list of a run's samples; it is stored in `samples.json`.
public protocol SampleList: Codable, Sendable, Equatable {
  /// The number of samples in the list.
  var count: Int { get }
  /// How the samples are grouped, if that was said and is not in the settings of the data.
  var groups: GroupSource? { get }
  /// The file with the labels of the samples, if they are in a file of their own. Relative paths are of version 0.1.
  var labels: String? { get }
  /// The folders and files that hold the samples, by absolute paths; none if the list does not say.
  var places: [String] { get }
  /// Those of `places` in which no sample can be found any more.
  var missingPlaces: [String] { get }
  /// Every file that the samples and their labels are read from, so that nothing is written over them.
  ///
  /// - Parameter skipped: names of what was looked at beside the samples, and is none.
  func filePaths(skipped: [String]) -> [String]
  /// The list of the same samples in other places.
  ///
  /// - Throws: `DatasetError` unless all samples are there, as they were when the run began.
  func moved(to places: [String]) throws(DatasetError) -> Self
  /// The list of the same samples with the labels in another file; nil for none.
  func labelled(by file: String?) -> Self
  /// How many of the samples are in another list too.
  func countShared(with other: Self) -> Int
  /// The list of the first samples.
  func prefix(_ count: Int) -> Self
  /// A fingerprint of what the samples held when they were listed; nil if the list does not say.
  var contents: UInt64? { get }
  /// A CSV that says which file stands behind the name of each sample, where names of files must not be seen; nil where
  /// samples have the names of their files.
  var key: String? { get }
}

extension SampleList {
  public var groups: GroupSource? { nil }
  public var labels: String? { nil }
  public var places: [String] { [] }
  public var missingPlaces: [String] { [] }
  public func filePaths(skipped: [String]) -> [String] { places + [labels].compactMap(\.self) }
  public func moved(to places: [String]) throws(DatasetError) -> Self { throw .placeNotRecorded }
  public func labelled(by file: String?) -> Self { self }
  /// By default, this is known only of equal lists.
  public func countShared(with other: Self) -> Int { self == other ? count : 0 }
  /// By default, the whole list.
  public func prefix(_ count: Int) -> Self { self }
  public var contents: UInt64? { nil }
  public var key: String? { nil }
}

extension FileListing: SampleList {
  public func countShared(with other: FileListing) -> Int {
    func place(_ files: FileList, _ sample: Int) -> String {
      files.path(of: sample) + (files.samples[sample].part.map { "\n\($0.frame)" } ?? "")
    }
    let places = Set(other.files.samples.indices.map { place(other.files, $0) })
    return files.samples.indices.count { places.contains(place(files, $0)) }
  }
}
