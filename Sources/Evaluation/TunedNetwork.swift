import Backbones
import Layers
import Learning
import Measures
import Samples
import Torch
import Training

/// A network and a head that predicts something for a sample.
package final class TunedNetwork: Module {
  package let encoder: Encoder
  package let kind: TargetKind
  /// Widths of the head's layers, the last one that of the predictions.
  package let headWidths: [Int]
  let head: Projector
  /// What logits are divided by; nil where too few validation samples could say.
  package internal(set) var temperature: Double?
  /// For a number: the head's output is multiplied by `scale`, then `centre` is added.
  package internal(set) var scale = 1.0
  package internal(set) var centre = 0.0
  /// How much each class counts in the loss; nil if all count the same.
  var classWeights: [Float]?
  /// What `loss(on:)` is on the samples that it was trained to stop by; nil where there were none.
  var validationLoss: Double?
  /// Whose weights were taken, counted from 1; 0 where the network is as it was and the head a fitted probe.
  package internal(set) var bestEpoch = 0

  /// - Parameter headWidths: as of `FineTuning.hiddenWidths`, and the number of outputs behind them.
  package init(_ encoder: Encoder, telling kind: TargetKind, headWidths: [Int]) throws(TorchError) {
    self.encoder = encoder
    self.kind = kind
    self.headWidths = headWidths
    head = try Projector(
      inputs: encoder.featureCount, .init(widths: headWidths, normalization: .none, hasBias: true))
    try head.move(to: encoder.device)
  }

  package var children: [(name: String, module: any Module)] { [("backbone", encoder.backbone), ("head", head)] }

  /// Samples as a loader gives them → [batch, outputs]: logits, or a number as the head gives it.
  package func callAsFunction(_ view: ViewBatch) throws(TorchError) -> Tensor { try head(encoder.pass(view)) }

  /// The predictions for features [rows, features]: probabilities of classes, one row summing to 1 where a sample has one
  /// class; or numbers. [rows, outputs], row by row.
  package func predictions(of features: Tensor) throws(TorchError) -> [Double] {
    let outputs = try noGrad { () throws(TorchError) in
      try head(features.to(device: encoder.device)).to(dtype: .float64, device: .cpu)
    }
    if case .number = kind { return try kind.predictions(from: outputs * scale + centre) }
    return try kind.predictions(from: outputs / (temperature ?? 1))
  }

  /// Parameters of the head on the processor: `0.weight` [outputs, features], `0.bias` and so on.
  package func headState() throws(TorchError) -> [(name: String, tensor: Tensor)] {
    var state: [(name: String, tensor: Tensor)] = []
    for (name, tensor) in try head.state() { state.append((name, try tensor.to(device: .cpu))) }
    return state
  }

  /// The head's outputs [samples, outputs] for every readable sample, row by row, and which those are.
  func outputs(of source: any ViewSource) throws -> (values: [Double], samples: [Int]) {
    var values: [Double] = []
    var samples: [Int] = []
    _ = try encoder.forEachBatch(of: source) { features, indices in
      values += try noGrad { () throws(TorchError) in
        try head(features.to(device: encoder.device)).values(as: Double.self)
      }
      samples += indices
    }
    return (values, samples)
  }

  /// How well it predicts targets that are known.
  package func metrics(on views: LabelledViews, resampleCount: Int = 1000) throws -> PredictionMetrics {
    var values: [Double] = []
    var targets: [[Float]] = []
    _ = try encoder.forEachBatch(of: views.plain) { features, indices in
      values += try predictions(of: features)
      targets += indices.map { views.targets[$0] }
    }
    return try PredictionMetrics(values, targets: targets, kind: kind, resampleCount: resampleCount)
  }

  /// Makes a linear head of a probe: weight [outputs, features], bias [outputs].
  func setHead(_ probe: LinearProbe) throws {
    try head.load(["0.weight": probe.weight, "0.bias": probe.bias])
  }

  /// Chooses the temperature by validation samples, if there are enough of them.
  func calibrate(on validation: LabelledViews) throws {
    guard validation.count >= Self.fewestToCalibrate else { return }
    let (logits, samples) = try outputs(of: validation.plain)
    temperature = try bestTemperature(for: logits, samples.map { validation.targets[$0] })
  }

  /// - Parameters:
  ///   - logits: [samples, outputs], row by row.
  ///   - targets: one row a sample.
  /// - Returns: nil of a number, and where there are too few samples.
  func bestTemperature(for logits: [Double], _ targets: [[Float]]) throws -> Double? {
    guard targets.count >= Self.fewestToCalibrate else { return nil }
    let values = targets.flatMap { $0.map(Double.init) }
    return switch kind {
    case .oneOf(let classes):
      try TemperatureScaling.fit(logits: logits, targets: values, classCount: classes.count, as: .oneOf)
    case .anyOf(let classes):
      try TemperatureScaling.fit(logits: logits, targets: values, classCount: classes.count, as: .anyOf)
    case .number: nil
    }
  }

  /// Below, one wrong sample would decide.
  static let fewestToCalibrate = 10
}

extension TargetKind {
  /// The predictions behind outputs [rows, outputs]: probabilities from logits, numbers as they are; row by row.
  func predictions(from outputs: Tensor) throws(TorchError) -> [Double] {
    switch self {
    case .oneOf: try softmax(outputs, 1).values(as: Double.self)
    case .anyOf: try sigmoid(outputs).values(as: Double.self)
    case .number: try outputs.values(as: Double.self)
    }
  }
}
