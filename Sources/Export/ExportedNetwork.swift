import Backbones
import Evaluation
import Layers
import Learning
import Samples
import Settings
import Torch
import Training

/// The network of a run for export: its weights under timm's names, in float32 on the processor, and a description of
/// its input.
///
/// A fine-tuned network has a head too. The head's last layer includes the scale that makes its outputs calibrated
/// logits or the predicted number.
package struct ExportedNetwork {
  package let configuration: RunConfiguration
  /// Parameters and running statistics of the backbone.
  package let backbone: [(name: String, tensor: Tensor)]
  package let head: Head?
  /// The record of the fine-tuning; nil if there was none.
  package let tuning: FineTunedModel.Record?
  /// Newer checkpoints of the run that could not be used.
  package let damaged: [Checkpoint.Damage]
  private let network: any Backbone
  private let outputs: (Tensor) throws -> [Double]

  /// Linear layers with ReLU between them.
  package struct Head {
    package let target: TargetKind
    /// `0.weight`, `0.bias`, `2.weight` and so on.
    package let state: [(name: String, tensor: Tensor)]
    package let layerCount: Int
  }

  /// - Throws: `RunFolder.Failure` if there is no such run, or it has no intact checkpoint.
  package init(of run: RunFolder) throws {
    configuration = try run.open().configuration
    guard let shape = configuration.data.exportedInput.shape else {
      throw Refusal("\(configuration.data.plural) have no single shape, which an exported network needs")
    }
    sampleShape = shape
    let model = run.isFineTuned ? try FineTunedModel(of: run) : nil
    let encoder = try model?.network.encoder ?? Encoder(of: run)
    damaged = encoder.damaged
    tuning = model?.record
    network = encoder.backbone
    try network.move(to: .cpu)
    network.setTraining(false)
    backbone = try network.state()
    head = try model.map { try Head($0) }
    outputs = { features in try model?.network.predictions(of: features) ?? [] }
  }

  /// The shape of one sample, without the batch: [3, 64, 64] for a picture.
  package let sampleShape: [Int]

  package var featureCount: Int { network.featureCount }

  /// The metadata of a file.
  func metadata() throws -> [String: String] {
    var notes = [
      // Some libraries ask for the format of a file.
      "format": "pt", "swiftlet": swiftletVersion, "method": configuration.method.name.rawValue,
      "preset": configuration.preset, "backbone": try JSONText(configuration.backbone).text,
      "preprocessing": try configuration.data.exportedInput.metadata.map { try JSONText($0).text } ?? "null",
    ]
    if let head { notes["target"] = try JSONText(head.target).text }
    return notes
  }

  /// The outputs of the run's own network on random samples, to compare files with.
  func reference(count: Int) throws -> Reference {
    try noGrad {
      let samples = try randomSamples(count)
      let features = try network(samples)
      return Reference(samples: samples, features: features, outputs: try outputs(features))
    }
  }

  /// Where samples vary in length, one alone is shorter than the longest, and the later of several end in zeros.
  private func randomSamples(_ count: Int) throws -> Tensor {
    let input = configuration.data.exportedInput
    guard let entries = input.entries else {
      var shape = sampleShape
      if input.isVarying, count == 1 { shape[0] = max(1, shape[0] / 2) }
      return try Tensor.randn([count] + shape)
    }
    guard input.isVarying, let longest = sampleShape.first else {
      return try (Tensor.rand([count] + sampleShape) * Double(entries)).floor().to(dtype: .int64)
    }
    let length = count == 1 ? max(1, longest / 2) : longest
    // Zero is no sample's own number.
    let ids = try (Tensor.rand([count, length] + sampleShape.dropFirst()) * Double(entries - 1)).floor() + 1
    for row in 0..<count {
      let end = max(1, length * (count - row) / count)
      try ids.narrowed(0, row..<row + 1).narrowed(1, end..<length).fill_(0)
    }
    return try ids.to(dtype: .int64)
  }

  struct Reference {
    let samples: Tensor
    let features: Tensor
    /// Row by row; empty without a head.
    let outputs: [Double]
  }
}

extension ExportedNetwork.Head {
  /// Includes in the last layer the division of logits by the temperature, or the scale and shift of a number.
  fileprivate init(_ model: FineTunedModel) throws {
    target = model.record.target
    layerCount = model.record.headWidths.count
    let (last, shift): (Double, Double) =
      if case .number = target {
        (model.record.scale, model.record.centre)
      } else {
        (1 / (model.record.temperature ?? 1), 0)
      }
    let ending = "\(2 * (layerCount - 1))."
    state = try noGrad {
      try model.network.headState().map { name, tensor in
        guard name.hasPrefix(ending) else { return (name, tensor) }
        return (name, name.hasSuffix("bias") ? try tensor * last + shift : try tensor * last)
      }
    }
  }
}

/// The largest difference, divided by the largest expected value if that is above 1; infinite if a value is not a
/// number.
func largestDifference(_ found: Tensor, from expected: Tensor) throws(TorchError) -> Double {
  guard found.shape == expected.shape else { return .infinity }
  let difference = try (found - expected).magnitude().max().item() / max(1, expected.magnitude().max().item())
  return difference.isNaN ? .infinity : difference
}
