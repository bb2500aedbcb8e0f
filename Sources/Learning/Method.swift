import Backbones
import Layers
import Torch

/// The result of a method's forward pass.
public struct MethodOutput {
  /// The backbone's features, one tensor [batch, featureCount] for each view.
  public let features: [Tensor]
  /// The embeddings, one tensor [batch, D] for each view that has one.
  public let embeddings: [Tensor]
  /// Predictions and targets of methods that predict something. The method decides how the two are paired.
  public let predictions: [Tensor]
  public let targets: [Tensor]

  public init(features: [Tensor], embeddings: [Tensor], predictions: [Tensor] = [], targets: [Tensor] = []) {
    self.features = features
    self.embeddings = embeddings
    self.predictions = predictions
    self.targets = targets
  }
}

/// A method of self-supervised learning: modules, a view plan, a forward pass and a loss.
///
/// `forward` and `loss` are separate, so that a trainer can put micro-batches, gradient caching or negatives of other
/// processes between them. State that is updated without gradients (a teacher, a queue, a centre) changes in
/// `afterStep`. It is kept in parameters that are not trained, or in buffers, so that checkpoints contain it.
public protocol Method: Module {
  /// The backbone whose features are used after training.
  var backbone: any Backbone { get }
  /// Trained parameters whose learning rate stays at its peak, whatever the schedule says.
  var parametersAtPeakRate: [Parameter] { get }
  /// The number of answers that the loss chooses from, if a loss that stays at the logarithm of this number (that of
  /// guessing) means that nothing is learned; nil for other losses.
  var choiceCount: Int? { get }
  /// The same for a batch of so many samples, of losses that choose from those of the batch.
  func choiceCount(ofBatch size: Int) -> Int?
  /// Whether the loss compares embeddings with each other. If not, as when hidden parts are restored, similar features
  /// need not be poor ones.
  var comparesEmbeddings: Bool { get }
  /// Whether the loss is the mean of a loss of each sample, which looks at no other sample, or at buffers. If several
  /// processes train, each computes that of its own samples then; other losses get the outputs of all.
  var lossIsMeanOfSamples: Bool { get }
  /// Whether several processes divide the work of the loss, and add up the gradients of the outputs that it looks at.
  var dividesLoss: Bool { get }
  /// - Parameter views: one batch for each view, in the form that the backbone takes.
  func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput
  /// The loss: a single value in float32 or better.
  func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor
  /// Called between the backward pass and the optimiser, to change or drop gradients.
  func beforeStep(at position: RunPosition) throws(TorchError)
  /// Called after the optimiser has changed the weights; gradients are not recorded.
  ///
  /// - Parameter output: of the whole batch; of this process's samples where `lossIsMeanOfSamples`.
  func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError)
}

extension Method {
  public var parametersAtPeakRate: [Parameter] { [] }
  public var choiceCount: Int? { nil }
  public func choiceCount(ofBatch size: Int) -> Int? { choiceCount }
  public var comparesEmbeddings: Bool { true }
  public var lossIsMeanOfSamples: Bool { false }
  public var dividesLoss: Bool { false }
  public func beforeStep(at position: RunPosition) throws(TorchError) {}
  public func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {}
}
