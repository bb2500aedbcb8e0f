import Samples
import Torch

/// A baseline without learning that representations are compared with: pixels, standardised columns.
public struct RawBaseline: Sendable {
  /// Vectors [readable samples, width], the indices of these samples, and those that could not be read.
  public typealias Vectors = (features: Tensor, samples: [Int], skipped: [SampleError])

  /// For users: "pixels".
  public let name: String
  /// Whether a linear probe on it is worth its time. For rows of numbers it is the most important baseline; for tens of
  /// thousands of pixels it would take longer than everything else.
  public let suitsLinearProbe: Bool
  private let make: @Sendable (any SampleCollection, [Int]) throws -> Vectors

  /// - Parameter vectors: makes a vector of every readable sample of a collection. It may fit parameters only on the
  ///   samples in its second argument, the training samples.
  public init(
    _ name: String, suitsLinearProbe: Bool, vectors: @escaping @Sendable (any SampleCollection, [Int]) throws -> Vectors
  ) {
    self.name = name
    self.suitsLinearProbe = suitsLinearProbe
    make = vectors
  }

  public func vectors(of data: any SampleCollection, fittedOn training: [Int]) throws -> Vectors {
    try make(data, training)
  }

  /// The input of the model, flattened to one row of numbers.
  public static let flattenedViews = flattenedViews("raw input", suitsLinearProbe: true)

  public static func flattenedViews(_ name: String, suitsLinearProbe: Bool) -> RawBaseline {
    RawBaseline(name, suitsLinearProbe: suitsLinearProbe) { data, _ in
      try data.evaluationView(of: Array(data.names.indices)).flattenedViews()
    }
  }
}
