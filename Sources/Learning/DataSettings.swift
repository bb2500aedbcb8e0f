import Backbones
import Samples
import Settings
import Torch

/// How data of one kind become what a model takes: everything that a run records of its data.
///
/// Most of it has an answer for kinds that do not care; a kind says what its samples are and how to find them.
public protocol DataSettings: Codable, Sendable, Equatable, Validated {
  /// What finds the samples of a run again, so that going on with it does not depend on what a new search would find.
  associatedtype Listing: SampleList

  /// The key in `configuration.json`, and the word of `swiftlet kinds`: "pictures".
  static var kind: String { get }
  /// What version 0.1 called it in `configuration.json`; nil for kinds that are younger.
  static var formerKind: String? { get }
  /// What the samples are, for people, in the plural: "pictures", "table rows".
  static var plural: String { get }
  /// What a CSV about samples calls the column of their names: "path", "row".
  static var nameColumn: String { get }
  /// Where a user says what the labels are.
  var labelPlace: LabelPlace { get }
  /// Where the groups of samples are, for kinds of data whose settings say so; nil for the others, see `SampleList`.
  var groupSource: GroupSource? { get }

  /// How samples become views, in half a sentence for people.
  var summary: String { get }
  /// What was found in the data, a line each, where that takes more words.
  var details: [Explanation] { get }

  /// The tensors of one view of one sample, by their shapes: [[3, 64, 64]] for a picture; nil if only a collection knows.
  var sampleShapes: [[Int]]? { get }

  /// Finds the samples in folders and files, and reads what is known of them.
  ///
  /// - Throws: `DatasetError`
  func scan(_ places: [String], _ annotations: Annotations) throws -> any SampleCollection
  /// The samples that a run has listed: nothing is searched for again.
  func open(_ listing: Listing) throws -> any SampleCollection

  /// The same with random views drawn as `other` draws them: what two runs are compared on is the same for both.
  func drawingViews(as other: Self) -> Self
  /// The same with what a user chose otherwise than was recorded.
  func changed(by options: OptionValues) throws(Refusal) -> Self

  /// What a representation is compared with that needs no learning.
  var rawBaseline: RawBaseline { get }
  /// How labels are learned where nobody says otherwise.
  ///
  /// - Parameters:
  ///   - backbone: the network that learns.
  ///   - labelCount: how many samples have a label.
  func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning
  /// How many draws of the labels a fine-tuning is repeated with where nobody says.
  var usualDraws: Int { get }
  /// What an exported network says of its input.
  var exportedInput: ExportedInput { get }
}

extension DataSettings {
  public static var formerKind: String? { nil }
  public static var nameColumn: String { "name" }
  public var labelPlace: LabelPlace { .file }
  public var groupSource: GroupSource? { nil }
  public var summary: String { Self.plural }
  public var details: [Explanation] { [] }
  public var sampleShapes: [[Int]]? { nil }
  public func drawingViews(as other: Self) -> Self { self }
  public func changed(by options: OptionValues) throws(Refusal) -> Self { self }
  public var rawBaseline: RawBaseline { .flattenedViews }
  public func fineTuning(_ backbone: BackboneConfiguration, labelCount: Int) -> FineTuning { FineTuning() }
  public var usualDraws: Int { 1 }
  public var exportedInput: ExportedInput { ExportedInput(preparation: "Samples are \(Self.plural).") }
}

/// What finds the samples of a run again; `samples.json` holds it.
public protocol SampleList: Codable, Sendable, Equatable {
  /// How many samples it lists.
  var count: Int { get }
  /// How the samples are grouped, if that was said and is not in the settings of the data.
  var groups: GroupSource? { get }
}

extension SampleList {
  public var groups: GroupSource? { nil }
}

extension FileListing: SampleList {}
