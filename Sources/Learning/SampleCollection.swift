import Backbones
import Samples
import Torch

/// Samples of one kind, listed and ready to make views. Runs are trained and evaluated on a collection.
///
/// A trainer sees names, labels and batches of tensors. Only the collection knows the kind of data.
public protocol SampleCollection: Sendable {
  /// The names of the samples, each unique, in the order of the indices.
  var names: [String] { get }
  var labels: Labels? { get }
  /// Which samples belong together, if known. No division of the samples splits a group.
  var groups: Groups? { get }
  /// Samples that were found but cannot be read.
  var skipped: [SampleError] { get }
  /// What lies beside the samples in the places that were searched, by ending and reason.
  var leftOut: [LeftOutFiles] { get }
  /// Sentences for the user about how the data were read.
  var notes: [String] { get }
  /// What is known to go badly with these samples as they are read, a clause without a full stop each.
  var warnings: [String] { get }
  /// How samples become inputs of a model; a run records it.
  var configuration: DataConfiguration { get }
  /// Those of some samples that are not copies of an earlier one among them. What is learned from must not hold the same
  /// twice where a method takes two samples for different.
  func withoutCopies(_ indices: [Int]) -> [Int]
  /// The recorded list by which these samples are found again.
  func listing(of indices: [Int]) -> SampleListing
  /// The random views that a method needs for each sample in `indices`. Samples are numbered from 0 in the order of
  /// `indices`.
  ///
  /// - Throws: `DatasetError.planNotProvided` if this kind of data has no such views.
  func trainingViews(_ plan: ViewPlan, of indices: [Int], seed: UInt64) throws(DatasetError) -> any ViewSource
  /// One random view of each sample, numbered as in the collection, for supervised training. It is milder than the
  /// views of a method, because it must not change the class.
  func supervisedViews(seed: UInt64) -> any ViewSource
  /// One view of each sample without randomness.
  func evaluationView(of indices: [Int]) -> any ViewSource
  /// As `evaluationView(of:)`, for networks that represent each step of a sample: steps that are no part of it are told apart.
  func stepsView(of indices: [Int]) -> any ViewSource
  /// Two parts of each sample that belong together, such as a title and its body, without randomness; nil if this kind of
  /// data has no such parts.
  func relatedParts(of indices: [Int]) -> (first: any ViewSource, second: any ViewSource)?
  /// The steps of the samples; nil where samples do not go on in time.
  var steps: (any RecordedSteps)? { get }
  /// A task without labels for judging a representation of these samples.
  func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask
  /// The disturbances that exist for samples of this kind.
  var disturbances: [Disturbance.Kind] { get }
  /// One view of each sample, as in `evaluationView(of:)`, but changed by `disturbance`.
  ///
  /// - Parameter disturbance: its kind is one of `disturbances`.
  func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource
  /// The samples' numbers in columns: one list for each column, with one entry for each sample, nil if unknown.
  ///
  /// - Parameters:
  ///   - file: the CSV with the columns, for data in files; nil for tables.
  ///   - parse: returns nil for a cell that is not such a number.
  /// - Throws: `DatasetError` naming the line and column of a cell that is not such a number.
  func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?])
  /// A hash that is equal for samples of this collection with equal contents, byte for byte (or cell for cell), and
  /// differs for others; nil if the sample cannot be read.
  func fingerprint(of sample: Int) -> UInt64?
  /// How the samples differ from what they were when a run listed them; nil if this is not known.
  func changes() -> SampleChanges?
  /// What a run keeps in memory after it has seen all these samples: approximate bytes, and the share of the samples, 0
  /// to 1.
  func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double)
  /// The same samples, with decoded ones kept on disk if `choice` says so.
  func cached(_ choice: CacheChoice) throws(DatasetError) -> any SampleCollection
  /// Weights by the names of a network's state that some samples give without learning, such as the main directions of
  /// their words; nil if there are none. Asked for networks with `BackboneSettings.beginsWithData` alone.
  func startingWeights(
    of indices: [Int], for network: BackboneConfiguration
  ) throws -> [(name: String, tensor: Tensor)]?
  /// A CSV that says which file stands behind each name, where names of files must not be seen; nil elsewhere.
  var key: String? { get }
  /// Problems that occurred while samples were read and that change no result, one sentence each.
  var troubles: [String] { get }
  /// A preview of one sample for people. The longer side of a picture is at most `side` pixels. Nil if the sample
  /// cannot be read or its kind has no preview.
  func preview(of sample: Int, side: Int) -> SamplePreview?
}

extension SampleCollection {
  public var labels: Labels? { nil }
  public var groups: Groups? { nil }
  public var skipped: [SampleError] { [] }
  public var leftOut: [LeftOutFiles] { [] }
  public var notes: [String] { [] }
  public var warnings: [String] { [] }
  public var key: String? { nil }
  public var troubles: [String] { [] }
  public var disturbances: [Disturbance.Kind] { [] }

  /// By default, all of them.
  public func withoutCopies(_ indices: [Int]) -> [Int] { indices }

  /// By default, the evaluation view.
  public func stepsView(of indices: [Int]) -> any ViewSource { evaluationView(of: indices) }

  /// By default, there are none.
  public func relatedParts(of indices: [Int]) -> (first: any ViewSource, second: any ViewSource)? { nil }

  /// By default, samples have none.
  public var steps: (any RecordedSteps)? { nil }

  /// By default, the evaluation view.
  public func supervisedViews(seed: UInt64) -> any ViewSource { evaluationView(of: Array(names.indices)) }

  /// By default, to recognise whether a sample is unchanged or the first view of a training pair.
  public func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask {
    PretextTask(
      "whether a sample was changed as the views of training are", classCount: 2,
      views: TamperedViews(
        clean: evaluationView(of: indices), tampered: try trainingViews(.pair, of: indices, seed: seed)))
  }

  public func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource {
    evaluationView(of: indices)
  }

  public func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?]) {
    throw .noTargetFile(columns: columns)
  }

  /// By default, a hash of the evaluation view's bytes.
  public func fingerprint(of sample: Int) -> UInt64? {
    let source = evaluationView(of: [sample])
    let buffers = source.layouts.map { layout in
      UnsafeMutableRawBufferPointer.allocate(byteCount: max(layout.byteCount, 1), alignment: 64)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    for buffer in buffers { buffer.initializeMemory(as: UInt8.self, repeating: 0) }
    var lengths = source.layouts.map(\.longest)
    guard (try? source.render(sample: 0, epoch: 0, into: buffers, lengths: &lengths)) != nil else { return nil }
    return Samples.fingerprint(of: buffers.joined())
  }

  /// By default, there are none.
  public func startingWeights(
    of indices: [Int], for network: BackboneConfiguration
  ) throws -> [(name: String, tensor: Tensor)]? { nil }

  /// By default, it is not known.
  public func changes() -> SampleChanges? { nil }

  /// By default, nothing: the samples are in memory before the run begins.
  public func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double) { (0, 1) }

  /// By default, nothing is kept, as for kinds of data without costly decoding.
  public func cached(_ choice: CacheChoice) throws(DatasetError) -> any SampleCollection { self }

  /// By default, there is no preview; people recognise such samples by their names.
  public func preview(of sample: Int, side: Int) -> SamplePreview? { nil }
}

extension SampleCollection {
  /// The layouts of the views to train on.
  ///
  /// - Throws: `DatasetError.unusable` if a collection declares one that no tensor can have.
  package func trainingLayouts(_ plan: ViewPlan, of indices: [Int], seed: UInt64) throws(DatasetError) -> [ViewLayout] {
    let layouts = try trainingViews(plan, of: indices, seed: seed).layouts
    guard let odd = layouts.first(where: { !$0.isPossible }) else { return layouts }
    throw .unusable(
      "Views of \(configuration.plural) are declared with the shape \(odd.shape)"
        + (odd.isChannelsLast ? ", channels last" : odd.isVarying ? ", varying in length" : "")
        + ", which no tensor can have; a view needs sizes of at least 0, one to vary, and three for channels last.")
  }
}
