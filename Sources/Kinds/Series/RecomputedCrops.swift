import Layers
import Learning
import Torch

/// The gradients of TS2Vec on long crops, with the activations of some series in memory at a time, as a gradient cache has them
/// (Gao et al. 2021).
///
/// All series pass once without being recorded; the loss says how the representation of each step would have to change; then some
/// series at a time pass again, recorded, and take their part of that to the weights. The result is that of one recorded pass, for
/// one more pass forward. What is drawn by chance is drawn once and kept.
struct RecomputedCrops {
  private let network: DilatedCNN
  /// The first and the second crop, [batch, steps, channels].
  private let inputs: [Tensor]
  /// Which steps are seen, [batch, steps].
  private let kept: [Tensor]
  /// Which numbers dropout leaves, [batch, features, steps] of booleans.
  private let undropped: [Tensor]
  /// Steps that both crops have: the last of the first, and the first of the second.
  private let overlap: Int
  private let rows: Int

  /// How many series pass at a time.
  static func rows(of inputs: [Tensor], _ network: DilatedCNN, atOnce most: Int) -> Int {
    let steps = inputs.reduce(0) { $0 + $1.shape[1] }
    return max(1, most / max(1, steps * network.featureCount))
  }

  init(
    drawnFor inputs: [Tensor], kept: [Tensor?], overlap: Int, _ network: DilatedCNN, atOnce most: Int
  ) throws(TorchError) {
    self.network = network
    self.inputs = inputs
    self.overlap = overlap
    rows = Self.rows(of: inputs, network, atOnce: most)
    var (allKept, undropped): ([Tensor], [Tensor]) = ([], [])
    for (input, kept) in zip(inputs, kept) {
      let (count, steps) = (input.shape[0], input.shape[1])
      if let kept { allKept.append(kept) } else { allKept.append(try .ones([count, steps], on: input.device)) }
      let share = 1 - network.configuration.dropout
      undropped.append(
        try isBelow(Tensor.rand([count, network.featureCount, steps], on: input.device), share).to(dtype: .bool))
    }
    self.kept = allKept
    self.undropped = undropped
  }

  /// Those that made an output; nil if its crops passed at once.
  init?(of output: MethodOutput, _ network: DilatedCNN, atOnce most: Int) {
    guard output.targets.count == 6 else { return nil }
    self.network = network
    inputs = Array(output.targets[0..<2])
    kept = Array(output.targets[2..<4])
    undropped = Array(output.targets[4..<6])
    overlap = output.predictions[0].shape[2]
    rows = Self.rows(of: inputs, network, atOnce: most)
  }

  private var parts: [Range<Int>] {
    let count = inputs[0].shape[0]
    return stride(from: 0, to: count, by: rows).map { $0..<min($0 + rows, count) }
  }

  /// The representation of some series in one crop: [rows, features, steps].
  private func represented(_ view: Int, _ part: Range<Int>) throws(TorchError) -> Tensor {
    try network.represented(
      inputs[view].rows(part), isKept: kept[view].rows(part), undropped: undropped[view].rows(part))
  }

  /// The steps that both crops have.
  private func overlapping(_ view: Int, _ steps: Tensor) throws(TorchError) -> Tensor {
    let first = view == 0 ? steps.shape[2] - overlap : 0
    return try steps.narrowed(2, first..<first + overlap)
  }

  /// What all series give without being recorded.
  func output() throws(TorchError) -> MethodOutput {
    let found = try noGrad { () throws(TorchError) in
      try inputs.indices.map { view throws(TorchError) in
        var (features, steps): ([Tensor], [Tensor]) = ([], [])
        for part in parts {
          let all = try represented(view, part)
          features.append(try DilatedCNN.pooled(all))
          steps.append(try overlapping(view, all).clone())
        }
        return (try concatenate(features), try concatenate(steps))
      }
    }
    let features = found.map(\.0)
    return MethodOutput(
      features: features, embeddings: features, predictions: found.map(\.1), targets: inputs + kept + undropped)
  }

  /// The loss, with the gradients of all weights.
  func loss(_ output: MethodOutput, _ objective: HierarchicalContrast) throws(TorchError) -> Tensor {
    let leaves = try output.predictions.map { steps throws(TorchError) in try steps.detach().requireGrad() }
    let value = try objective(leaves[0], leaves[1])
    try value.backward()
    var gradients: [Tensor] = []
    for leaf in leaves {
      if let gradient = try leaf.grad() {
        gradients.append(gradient)
      } else {
        gradients.append(try .zeros(leaf.shape, on: leaf.device))
      }
    }
    // Those of the step before.
    try network.clearGradients()
    for part in parts {
      let attached = try leaves.indices.map { view throws(TorchError) in
        (input: try overlapping(view, represented(view, part)), gradient: try gradients[view].rows(part))
      }
      try Tensor.zeros([], on: inputs[0].device).attaching(attached).backward()
    }
    var all: [(input: Tensor, gradient: Tensor)] = []
    for (_, parameter) in network.namedParameters {
      if let gradient = try parameter.tensor.grad() { all.append((parameter.tensor, gradient)) }
    }
    try network.clearGradients()
    return try value.detach().attaching(all)
  }
}
