import Views

/// Data of one kind, listed and ready to make views: what a run trains on and is judged by.
///
/// A trainer sees names, labels and batches of tensors; which modality they come from stays behind this protocol.
public protocol SampleCollection: Sendable {
  /// One name a sample, unique, in the order of the indices.
  var names: [String] { get }
  var labels: Labels? { get }
  /// What was found but cannot be read.
  var skipped: [SampleError] { get }
  /// What a user should know about how the data were read, a sentence each.
  var notes: [String] { get }
  /// How samples become what a model takes; a run records it.
  var configuration: DataConfiguration { get }
  /// What finds these samples again.
  func listing(of indices: [Int]) -> SampleListing
  /// The random views that a method plans for each sample in `indices`, numbered from 0 in their order.
  ///
  /// - Throws: `DatasetError.planNotProvided` where this kind of data has no such views.
  func trainingViews(_ plan: ViewPlan, of indices: [Int], seed: UInt64) throws(DatasetError) -> any ViewSource
  /// One view of each sample without any chance in it.
  func evaluationView(of indices: [Int]) -> any ViewSource
  /// A task without labels that a representation of these samples can be judged by.
  func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask
  /// What a run keeps of these samples in memory once it has seen them all: bytes, about, and which part of the samples
  /// that is, 0 to 1.
  func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double)
  /// The same samples, what reading them costs kept on disk as `choice` says.
  func cached(_ choice: CacheChoice) throws(DatasetError) -> any SampleCollection
  /// What came up while samples were read and changes no result, a sentence each.
  var troubles: [String] { get }
  /// What a person sees of one sample, pictures with a longer side of at most `side` pixels; nil where it cannot be
  /// read, or where this kind of data has nothing to show.
  func preview(of sample: Int, side: Int) -> SamplePreview?
}

extension SampleCollection {
  public var notes: [String] { [] }
}
