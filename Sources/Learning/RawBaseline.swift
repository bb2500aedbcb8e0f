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

  /// - Parameter vectors: makes a vector of every readable sample of a collection. It may fit parameters only on the
  ///   samples in its second argument, the training samples.
  public init(
    _ name: String, suitsProbe: Bool = false,
    vectors: @escaping @Sendable (any SampleCollection, [Int]) throws -> Vectors
  ) {
    self.name = name
    self.suitsProbe = suitsProbe
    make = vectors
  }

  public func vectors(of data: any SampleCollection, fittedOn training: [Int]) throws -> Vectors {
    try make(data, training)
  }

  /// The input of the model, flattened to one row of numbers.
  public static let flattenedViews = RawBaseline("raw input") { data, _ in
    try data.evaluationView(of: Array(data.names.indices)).flattenedViews()
  }
}
