import Backbones
import Layers
import Torch
import Views

/// What a method computed from a batch.
public struct MethodOutput {
  /// The backbone's features, one tensor [batch, featureCount] a view.
  public let features: [Tensor]
  /// What the loss looks at, one tensor [batch, D] for each view that has an embedding.
  public let embeddings: [Tensor]
  /// What a method that restores its input says, and what it should have said: two lists of equal length.
  public let predictions: [Tensor]
  public let targets: [Tensor]

  public init(features: [Tensor], embeddings: [Tensor], predictions: [Tensor] = [], targets: [Tensor] = []) {
    self.features = features
    self.embeddings = embeddings
    self.predictions = predictions
    self.targets = targets
  }
}

/// A way to learn without labels: modules, a view plan, a forward pass and a loss.
///
/// `forward` and `loss` are separate calls, so that a trainer may put micro-batches, gradient caching or negatives of
/// other processes between them.
public protocol Method: Module {
  var backbone: any Backbone { get }
  var viewPlan: ViewPlan { get }
  /// - Parameter views: one batch a view, in the form the backbone takes.
  func forward(_ views: [Tensor]) throws(TorchError) -> MethodOutput
  /// A single value, in float32 or better.
  func loss(_ output: MethodOutput) throws(TorchError) -> Tensor
}

/// Which method, and its numbers. One case a method; a run records it.
public enum MethodConfiguration: Codable, Sendable, Equatable {
  case simCLR(SimCLR.Configuration)
  case scarf(SCARF.Configuration)
  case vime(VIME.Configuration)

  public func build(on backbone: any Backbone) throws(TorchError) -> any Method {
    switch self {
    case .simCLR(let configuration): try SimCLR(configuration, backbone: backbone)
    case .scarf(let configuration): try SCARF(configuration, backbone: backbone)
    case .vime(let configuration): try VIME(configuration, backbone: backbone)
    }
  }

  /// As the command line names it.
  public var identifier: String {
    switch self {
    case .simCLR: "simclr"
    case .scarf: "scarf"
    case .vime: "vime"
    }
  }

  public var viewPlan: ViewPlan {
    switch self {
    case .simCLR: .pair
    case .scarf: .cleanAndCorrupted
    case .vime: .corruptedMaskAndClean
    }
  }
}
