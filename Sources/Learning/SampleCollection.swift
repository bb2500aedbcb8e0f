import Samples

/// Data of one kind, listed and ready to make views: what a run trains on and is judged by.
///
/// A trainer sees names, labels and batches of tensors; which modality they come from stays behind this protocol.
public protocol SampleCollection: Sendable {
  /// One name a sample, unique, in the order of the indices.
  var names: [String] { get }
  var labels: Labels? { get }
  /// Which samples belong together, where that is known: a division never divides a group.
  var groups: Groups? { get }
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
  /// One random view of each sample, numbered as in the collection, to learn what labels say: milder than the views of
  /// a method, as what they change has to leave the class alone.
  func supervisedViews(seed: UInt64) -> any ViewSource
  /// One view of each sample without any chance in it.
  func evaluationView(of indices: [Int]) -> any ViewSource
  /// A task without labels that a representation of these samples can be judged by.
  func pretextTask(of indices: [Int], seed: UInt64) throws(DatasetError) -> PretextTask
  /// What may happen to samples of this kind.
  var disturbances: [Disturbance.Kind] { get }
  /// One view of each sample, as `evaluationView(of:)` but for what `disturbance` does to it.
  ///
  /// - Parameter disturbance: of a kind among `disturbances`.
  func disturbedViews(_ disturbance: Disturbance, of indices: [Int], seed: UInt64) -> any ViewSource
  /// The numbers that columns give the samples: one list a column, one entry a sample, nil where unknown.
  ///
  /// - Parameters:
  ///   - file: the CSV that has the columns, for data that are files; nil for tables.
  ///   - parse: nil for a cell that is no such number.
  /// - Throws: `DatasetError` naming the line and column of what is no such number.
  func numbers(
    in columns: [String], of file: String?, parse: (String) -> Double?
  ) throws(DatasetError) -> (columns: [[Double?]], splits: [Labels.Split?])
  /// The same for samples that hold the same, byte for byte (or cell for cell); nil where it cannot be read.
  func fingerprint(of sample: Int) -> UInt64?
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
  public var labels: Labels? { nil }
  public var groups: Groups? { nil }
  public var skipped: [SampleError] { [] }
  public var notes: [String] { [] }
  public var troubles: [String] { [] }
  public var disturbances: [Disturbance.Kind] { [] }

  /// Samples as they are.
  public func supervisedViews(seed: UInt64) -> any ViewSource { evaluationView(of: Array(names.indices)) }

  /// Which of two was changed: a sample as it is, or the first view of a pair.
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

  /// Of the bytes of its evaluation view.
  public func fingerprint(of sample: Int) -> UInt64? {
    let source = evaluationView(of: [sample])
    let buffers = source.layouts.map { layout in
      UnsafeMutableRawBufferPointer.allocate(byteCount: max(layout.byteCount, 1), alignment: 64)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    for buffer in buffers { buffer.initializeMemory(as: UInt8.self, repeating: 0) }
    var lengths = source.layouts.map { $0.isVarying ? $0.shape.first ?? 1 : 1 }
    guard (try? source.render(sample: 0, epoch: 0, into: buffers, lengths: &lengths)) != nil else { return nil }
    return Samples.fingerprint(of: buffers.joined())
  }

  /// The samples are in memory before the run begins.
  public func samplesInMemory(of indices: [Int]) -> (byteCount: Int, share: Double) { (0, 1) }

  /// Kinds of data without a decode to speak of are not kept.
  public func cached(_ choice: CacheChoice) throws(DatasetError) -> any SampleCollection { self }

  /// Kinds of data without a preview are known by their names.
  public func preview(of sample: Int, side: Int) -> SamplePreview? { nil }
}
