import Torch

/// Batch normalisation over dimension 1 (Ioffe & Szegedy 2015); any further dimensions are averaged over.
///
/// Momentum 0.1 and epsilon 1e-5, as in PyTorch. Where several processes train, the statistics are those of all together.
public final class BatchNorm: Layer {
  /// What is learned after normalising.
  public enum Affine: String, Codable, Sendable {
    case full
    /// A scale but no offset: the last normalisation of SimCLR's official projector.
    case scaleOnly
    case none
  }

  public let weight: Parameter?
  public let bias: Parameter?
  public let runningMean: Buffer
  public let runningVariance: Buffer
  public let batchCount: Buffer
  package private(set) var isTraining = true
  private var world = World.alone

  public init(_ features: Int, affine: Affine = .full) throws(TorchError) {
    weight = affine == .none ? nil : try Parameter(.ones([features]))
    bias = affine == .full ? try Parameter(.zeros([features])) : nil
    runningMean = Buffer(try .zeros([features]))
    runningVariance = Buffer(try .ones([features]))
    batchCount = Buffer(try .zeros([], .int64))
  }

  public var parameters: [(name: String, parameter: Parameter)] {
    (weight.map { [("weight", $0)] } ?? []) + (bias.map { [("bias", $0)] } ?? [])
  }

  public var buffers: [(name: String, buffer: Buffer)] {
    [("running_mean", runningMean), ("running_var", runningVariance), ("num_batches_tracked", batchCount)]
  }

  public func setTraining(_ isTraining: Bool) { self.isTraining = isTraining }

  public func join(_ world: World) { self.world = world }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    if isTraining { try batchCount.tensor.add_(1) }
    if isTraining, world.size > 1 {
      return try world.batchNorm(
        x, weight: weight?.tensor, bias: bias?.tensor, runningMean: runningMean.tensor,
        runningVariance: runningVariance.tensor, momentum: 0.1, epsilon: 1e-5)
    }
    return try batchNorm(
      x, weight: weight?.tensor, bias: bias?.tensor, runningMean: runningMean.tensor,
      runningVariance: runningVariance.tensor, isTraining: isTraining, momentum: 0.1, epsilon: 1e-5)
  }
}
