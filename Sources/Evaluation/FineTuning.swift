import Backbones
import Datasets
import Layers
import Measures
import Torch
import Training

/// Learning classes from few labels, from a backbone on: all weights and a new head, by AdamW, stopped early.
///
/// After every epoch the loss on a validation part is measured; training ends when it has not become less for
/// `patience` epochs, and the weights of the best epoch are taken. With the defaults this is the supervised stage of
/// SCARF (Bahri et al. 2022: one hidden layer as wide as the features, Adam with 1e-3, batch 128, at most 200 epochs)
/// but for the patience, 3 there: a quarter of a small table makes a single step an epoch, of which 3 decide nothing.
public struct FineTuning: Sendable, Codable, Hashable {
  /// Layers between features and classes; nil for one as wide as the features, none for a linear head.
  public var hiddenWidths: [Int]?
  public var learningRate: Double
  public var weightDecay: Double
  /// All samples where there are fewer.
  public var batchSize: Int
  /// At most.
  public var epochs: Int
  public var patience: Int

  public init(
    hiddenWidths: [Int]? = nil, learningRate: Double = 1e-3, weightDecay: Double = 0, batchSize: Int = 128,
    epochs: Int = 200, patience: Int = 20
  ) {
    self.hiddenWidths = hiddenWidths
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.batchSize = batchSize
    self.epochs = epochs
    self.patience = patience
  }

  /// Changes the weights of `backbone`, and returns it with its head.
  ///
  /// - Parameters:
  ///   - training: at least two classes.
  ///   - validation: decides when to stop; not empty.
  ///   - seed: of the head and of the order of the batches.
  public func fit(
    _ backbone: any Backbone, training: LabelledViews, validation: LabelledViews, classCount: Int, seed: UInt64,
    on device: Device = .cpu
  ) throws -> FineTunedClassifier {
    guard !validation.labels.isEmpty else { throw MeasureError.tooFew("validation samples", found: 0, needed: 1) }
    guard Set(training.labels).count > 1 else {
      throw MeasureError.oneClass(training.labels.first ?? 0, count: training.labels.count)
    }
    for (row, label) in (training.labels + validation.labels).enumerated() where !(0..<classCount).contains(label) {
      throw MeasureError.label(label, row: row, classCount: classCount)
    }
    try Runtime.seed(seed)
    // Those of a teacher were not trained while it was one.
    for (_, parameter) in backbone.namedParameters { try parameter.tensor.requireGrad() }
    let widths = (hiddenWidths ?? [backbone.featureCount]) + [classCount]
    let head = try Projector(
      inputs: backbone.featureCount, .init(widths: widths, normalization: .none, hasBias: true))
    try head.move(to: device)
    let classifier = FineTunedClassifier(backbone: backbone, head: head, classCount: classCount, device: device)
    let optimizer = try OptimizerConfiguration(.adamW, baseLearningRate: learningRate, weightDecay: weightDecay)
      .build(classifier.namedParameters)
    let order = EpochOrder(
      sampleCount: training.labels.count, batchSize: min(max(1, batchSize), training.labels.count), seed: seed)

    var best: (loss: Double, epoch: Int, state: [String: Tensor])?
    for epoch in 0..<epochs {
      classifier.setTraining(true)
      for step in 0..<order.stepsPerEpoch {
        let batch = order.batch(epoch * order.stepsPerEpoch + step).samples
        try classifier.clearGradients()
        try training.loss(of: classifier, batch).backward()
        try optimizer.step(learningRate: learningRate)
      }
      classifier.setTraining(false)
      let loss = try noGrad { try validation.loss(of: classifier, Array(validation.labels.indices)).item() }
      guard loss.isFinite else { throw Pretraining.Failure.diverged(step: epoch + 1, learningRate: learningRate) }
      if loss < best?.loss ?? .infinity {
        let state = try classifier.state().map { ($0.name, try $0.tensor.clone()) }
        best = (loss, epoch + 1, Dictionary(uniqueKeysWithValues: state))
      } else if let best, epoch + 1 - best.epoch >= patience {
        break
      }
    }
    if let best {
      try classifier.load(best.state)
      classifier.bestEpoch = best.epoch
    }
    return classifier
  }
}

/// Samples as a model sees them, in memory, and the class of each.
public struct LabelledViews {
  let inputs: Tensor
  public let labels: [Int]

  /// - Parameters:
  ///   - source: the first view of each sample is taken; what cannot be read is left out.
  ///   - labels: one a sample of `source`.
  public init(_ source: any ViewSource, labels: [Int], on device: Device = .cpu) throws {
    guard source.sampleCount == labels.count else {
      throw MeasureError.count("labels", found: labels.count, expected: source.sampleCount)
    }
    guard !labels.isEmpty, let layout = source.layouts.first else {
      throw MeasureError.tooFew("samples", found: labels.count, needed: 1)
    }
    let (values, samples, _) = try source.flattenedViews()
    inputs = try values.reshaped([samples.count] + layout.shape).to(device: device)
    self.labels = samples.map { labels[$0] }
  }

  func loss(of classifier: FineTunedClassifier, _ samples: [Int]) throws(TorchError) -> Tensor {
    let rows = try inputs.indexed(by: Tensor(samples.map(Int64.init)).to(device: inputs.device))
    let targets = try Tensor(samples.map { Int64(labels[$0]) }).to(device: inputs.device)
    return try crossEntropy(classifier(rows), targets)
  }
}

/// A backbone and a head that tell classes apart.
public final class FineTunedClassifier: Layer {
  public let backbone: any Backbone
  public let classCount: Int
  /// Whose weights were taken, counted from 1.
  public fileprivate(set) var bestEpoch = 0
  private let head: Projector
  private let device: Device

  init(backbone: any Backbone, head: Projector, classCount: Int, device: Device) {
    self.backbone = backbone
    self.head = head
    self.classCount = classCount
    self.device = device
  }

  public var children: [(name: String, module: any Module)] { [("backbone", backbone), ("head", head)] }

  /// Logits [batch, classes].
  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor { try head(backbone(x)) }

  /// The probability of each class for each of some samples.
  public func probabilities(of views: LabelledViews) throws -> ClassScores {
    setTraining(false)
    var values: [Double] = []
    for start in stride(from: 0, to: views.labels.count, by: 256) {
      let range = start..<min(start + 256, views.labels.count)
      values += try noGrad { () throws(TorchError) in
        try softmax(self(views.inputs.rows(range))).values(as: Double.self)
      }
    }
    return try ClassScores(values: values, classCount: classCount)
  }
}
