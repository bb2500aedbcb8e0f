import Layers
import Torch

/// A network whose features say what was when: the steps of a sample in stretches of equal length, the mean vector of each, side by
/// side.
///
/// One view of a batch → [batch, parts · features of the network]. A sample of fewer steps than parts has the same step in several.
public final class TimeParts: Backbone {
  private let network: any StepBackbone
  private let parts: Int

  /// - Parameter parts: at least 1.
  public init(_ parts: Int, of network: any StepBackbone) {
    precondition(parts >= 1, "there is at least one part")
    (self.parts, self.network) = (parts, network)
  }

  public var featureCount: Int { parts * network.featureCount }
  public var children: [(name: String, module: any Module)] { [("network", network)] }

  /// The vectors of all steps of so many samples are in memory at a time.
  private static let mostAtOnce = 16

  public func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor {
    var rows: [Tensor] = []
    for start in stride(from: 0, to: view.count, by: Self.mostAtOnce) {
      rows.append(try features(of: view.rows(start..<min(start + Self.mostAtOnce, view.count))))
    }
    return try concatenate(rows)
  }

  private func features(of view: ViewBatch) throws(TorchError) -> Tensor {
    let (vectors, lengths) = try network.steps(of: view)
    let weights = try weights(lengths, steps: vectors.shape[1]).to(
      dtype: vectors.dtype ?? .float32, device: vectors.device)
    return try weights.matmul(vectors).reshaped([view.count, featureCount])
  }

  /// [batch, parts, steps]: by how much each step counts in each part.
  private func weights(_ lengths: [Int], steps: Int) throws(TorchError) -> Tensor {
    var weights = [Float](repeating: 0, count: lengths.count * parts * steps)
    for (sample, length) in lengths.enumerated() where length > 0 {
      for part in 0..<parts {
        let start = part * length / parts
        let end = max(start + 1, (part + 1) * length / parts)
        for step in start..<end { weights[(sample * parts + part) * steps + step] = 1 / Float(end - start) }
      }
    }
    return try Tensor(weights, shape: [lengths.count, parts, steps])
  }
}
