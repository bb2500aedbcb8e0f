import Samples
import Torch

/// What a representation of this kind of data is compared with that needs no learning: pixels, standardised columns.
public struct RawBaseline: Sendable {
  /// [readable samples, width], and which samples these are.
  public typealias Vectors = (features: Tensor, samples: [Int], skipped: [SampleError])

  /// For people: "pixels".
  public let name: String
  /// Whether a linear probe on it is worth its time: of a row of numbers it is the baseline that counts, of tens of
  /// thousands of pixels it takes longer than all else.
  public let suitsLinearProbe: Bool
  private let make: @Sendable (any SampleCollection, [Int]) throws -> Vectors

  /// - Parameter vectors: gives a vector to every readable sample of a collection. What it fits, it fits on the samples
  ///   of the second argument alone: those that may be learned from.
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

  /// What a model is given, as one row of numbers.
  public static let flattenedViews = flattenedViews("raw input", suitsLinearProbe: true)

  public static func flattenedViews(_ name: String, suitsLinearProbe: Bool) -> RawBaseline {
    RawBaseline(name, suitsLinearProbe: suitsLinearProbe) { data, _ in
      try data.evaluationView(of: Array(data.names.indices)).flattenedViews()
    }
  }
}
