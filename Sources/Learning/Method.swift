import Backbones
import Layers
import Torch

/// What a method computed from a batch.
public struct MethodOutput {
  /// The backbone's features, one tensor [batch, featureCount] a view.
  public let features: [Tensor]
  /// What the loss looks at, one tensor [batch, D] for each view that has an embedding.
  public let embeddings: [Tensor]
  /// What a method that predicts something says, and what it should have said. How the two pair is the method's affair.
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
/// other processes between them. What moves without gradients (a teacher, a queue, a centre) moves in `afterStep`; it
/// lives in parameters that are not trained, or in buffers, so that a checkpoint holds it.
public protocol Method: Module {
  /// Whose features are used later.
  var backbone: any Backbone { get }
  /// Those of the trained parameters whose learning rate stays at its peak, whatever the schedule says.
  var parametersAtPeakRate: [Parameter] { get }
  /// How many answers the loss chooses among, where a loss that stays at their logarithm, that of guessing, means that
  /// nothing is learned; nil where that is otherwise.
  var choiceCount: Int? { get }
  /// Whether the loss is about how embeddings lie to each other. Where it is not (hidden parts are restored, or told what was
  /// done), features may have much in common without being poor.
  var comparesEmbeddings: Bool { get }
  /// - Parameter views: one batch a view, in the form the backbone takes.
  func forward(_ views: [ViewBatch], at moment: RunPosition) throws(TorchError) -> MethodOutput
  /// A single value, in float32 or better.
  func loss(_ output: MethodOutput, at moment: RunPosition) throws(TorchError) -> Tensor
  /// Between the backward pass and the optimiser: changes or drops gradients.
  func beforeStep(at moment: RunPosition) throws(TorchError)
  /// Once the optimiser has changed the weights, without recording gradients.
  func afterStep(_ output: MethodOutput, at moment: RunPosition) throws(TorchError)
}

extension Method {
  public var parametersAtPeakRate: [Parameter] { [] }
  public var choiceCount: Int? { nil }
  public var comparesEmbeddings: Bool { true }
  public func beforeStep(at moment: RunPosition) throws(TorchError) {}
  public func afterStep(_ output: MethodOutput, at moment: RunPosition) throws(TorchError) {}
}
