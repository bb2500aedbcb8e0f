import Learning
import Samples
import Settings
import Torch

extension Encoder {
  public enum Failure: Error, Sendable, Explained {
    /// Leaving samples out would shift all the rows after them.
    case unreadable([SampleError])
    /// The encoder was made of a network alone.
    case inputUnknown
    /// The network has one vector for each sample, and none for its steps.
    case noSteps

    public var explanation: Explanation {
      switch self {
      case .unreadable(let samples):
        """
        \(samples.count) of the samples cannot be read, the first is \(samples.first?.name ?? "?"): \
        \(samples.first?.reason ?? "?"); remove them, or use features(of:), which leaves them out and says which \
        rows remain
        """
      case .noSteps:
        """
        the network has one vector for each sample and none for its steps, which \(setting: "per-step") and \
        \(setting: "time-parts") need: leave them out
        """
      case .inputUnknown:
        "how samples become the input of this network is not known, since no run made it; give features(of:) the views"
      }
    }
  }

  /// Features of every sample, [count, featureCount] in float32 on the processor, in the order of the collection.
  ///
  /// - Throws: `Failure.unreadable` where a sample cannot be read, so that no row ever belongs to another sample.
  public func embeddings(of data: any SampleCollection) throws -> Tensor {
    let (features, _, skipped) = try features(of: views(of: Array(data.names.indices), in: data))
    guard skipped.isEmpty else { throw Failure.unreadable(skipped) }
    return features
  }
}
