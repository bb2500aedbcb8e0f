import Samples
import Torch

/// A baseline without learning that representations are compared with: pixels, standardised columns.
public struct RawBaseline: Sendable {
  /// Vectors [readable samples, width], the indices of these samples, and those that could not be read.
  public typealias Vectors = (features: Tensor, samples: [Int], skipped: [SampleError])

  /// For users: "pixels".
  public let name: String
  /// Whether a linear probe can take its vectors. The first baseline of a kind of data always gets one; another has to say so.
  public let suitsProbe: Bool
  private let make: @Sendable (any SampleCollection, [Int]) throws -> Vectors
  private let makeProbe: (@Sendable (any SampleCollection, [Int]) throws -> Probe)?

  /// Learns to tell classes apart, and returns the probability of each class, row by row, for the samples of the test.
  public typealias Probe = (ProbeTask) throws -> [Double]

  /// What a probe learns from, and what it is judged by: indices of samples.
  public struct ProbeTask: Sendable {
    public let training: [Int]
    /// The class of each training sample, from 0 to `classCount` − 1.
    public let labels: [Int]
    /// The group of each training sample, nil where one belongs to none; nil where there are no groups.
    public let groups: [Int?]?
    public let test: [Int]
    public let classCount: Int

    public init(training: [Int], labels: [Int], groups: [Int?]?, test: [Int], classCount: Int) {
      self.training = training
      self.labels = labels
      self.groups = groups
      self.test = test
      self.classCount = classCount
    }
  }

  /// - Parameter vectors: makes a vector of every readable sample of a collection. It may fit parameters only on the
  ///   samples in its second argument, the training samples.
  /// - Parameter probe: makes a linear probe of the baseline's own, of the same arguments, where its vectors are too long for the
  ///   usual one; nil for that.
  public init(
    _ name: String, suitsProbe: Bool = false,
    vectors: @escaping @Sendable (any SampleCollection, [Int]) throws -> Vectors,
    probe: (@Sendable (any SampleCollection, [Int]) throws -> Probe)? = nil
  ) {
    makeProbe = probe
    self.name = name
    self.suitsProbe = suitsProbe
    make = vectors
  }

  public func vectors(of data: any SampleCollection, fittedOn training: [Int]) throws -> Vectors {
    try make(data, training)
  }

  /// The probe of the baseline's own, if it has one.
  public func probe(of data: any SampleCollection, fittedOn training: [Int]) throws -> Probe? {
    try makeProbe?(data, training)
  }

  /// The input of the model, flattened to one row of numbers.
  public static let flattenedViews = RawBaseline("raw input") { data, _ in
    try data.evaluationView(of: Array(data.names.indices)).flattenedViews()
  }
}
