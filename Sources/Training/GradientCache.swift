import Backbones
import Layers
import Learning
import Samples
import Torch

/// The gradient of a loss over more samples than pass the network at a time (GradCache: Gao et al. 2021).
///
/// All micro-batches pass once without being recorded; the loss sees their outputs together and says how each would have
/// to change; then each passes again, recorded, and takes its part of that to the weights. The result is that of one
/// recorded pass in the same micro-batches, for one more pass forward, with the activations of one micro-batch in memory.
///
/// Holds for methods whose outputs are in step with the samples along the first dimension. A micro-batch draws from
/// generators that are seeded for it, so that both its passes drop and mask the same. Batch normalisation sees a
/// micro-batch at a time; its running statistics take each in once.
struct GradientCache {
  private let configuration: RunConfiguration
  private let parts: [Range<Int>]
  private let world: World

  /// - Parameters:
  ///   - count: of the samples of this process.
  ///   - parts: how many pass one after the other: from 1 to `count`.
  ///   - world: whose processes have the rest of the batch, each in as many parts.
  init(_ configuration: RunConfiguration, parts: Int, count: Int, in world: World = .alone) {
    self.configuration = configuration
    self.world = world
    self.parts = Self.parts(of: count, into: parts)
  }

  /// As equal as can be, so that none is left with a single sample.
  static func parts(of count: Int, into parts: Int) -> [Range<Int>] {
    (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
  }

  func computeGradients(
    of method: any Method, _ views: [ViewBatch], at position: RunPosition, _ stopwatch: Stopwatch?
  ) throws(TorchError) -> (output: MethodOutput, loss: Tensor) {
    let together = try stopwatch.time(.forward) { () throws(TorchError) in
      try noGrad { () throws(TorchError) in try forward(method, views, at: position, seededAt: position.step) }
    }
    let (whole, loss, gradients) = try SharedLoss(world).gradients(of: method, together, at: position, stopwatch)
    // The running statistics have taken each micro-batch in already.
    let before = try BufferSnapshot(of: method)
    try passBack(gradients, through: method, views, at: position, stopwatch)
    try before.restore()
    return (whole, loss)
  }

  /// One pass in parts, joined.
  ///
  /// - Parameter step: from whose seed they draw.
  func forward(
    _ method: any Method, _ views: [ViewBatch], at position: RunPosition, seededAt step: Int
  ) throws(TorchError) -> MethodOutput {
    var outputs: [MethodOutput] = []
    for index in parts.indices {
      outputs.append(try forward(method, part: index, of: views, at: position, seededAt: step))
    }
    return try MethodOutput(joining: outputs)
  }

  private func passBack(
    _ gradients: [Tensor?], through method: any Method, _ views: [ViewBatch], at position: RunPosition,
    _ stopwatch: Stopwatch?
  ) throws(TorchError) {
    // Of each tensor, where the next micro-batch's rows begin: some methods give several rows a sample.
    var starts = gradients.map { _ in 0 }
    for index in parts.indices {
      let output = try stopwatch.time(.forward) { () throws(TorchError) in
        try forward(method, part: index, of: views, at: position, seededAt: position.step)
      }
      var attached: [(input: Tensor, gradient: Tensor)] = []
      for (place, tensor) in output.tensors.enumerated() {
        let rows = starts[place]..<starts[place] + tensor.shape[0]
        starts[place] = rows.upperBound
        if tensor.requiresGrad, let gradient = gradients[place] {
          attached.append((tensor, try gradient.rows(rows).to(dtype: tensor.dtype)))
        }
      }
      if attached.isEmpty { continue }
      try stopwatch.time(.backward) { () throws(TorchError) in
        let output = try Tensor.zeros([], on: views[0].device).attaching(attached)
        // The gradients of the parts before wait for those of the last.
        if index == parts.indices.last { try SharedGradients(world).send(of: method, during: output) }
        try output.backward()
      }
    }
  }

  private func forward(
    _ method: any Method, part: Int, of views: [ViewBatch], at position: RunPosition, seededAt step: Int
  ) throws(TorchError) -> MethodOutput {
    try Runtime.seed(configuration.seed(at: step, part: part + world.rank * parts.count))
    let some = try views.map { view throws(TorchError) in try view.rows(parts[part]) }
    return try configuration.forward(method, some, at: position)
  }
}

extension MethodOutput {
  /// All of them, in the order that `mapTensors` gives them back in.
  var tensors: [Tensor] { features + embeddings + predictions + targets }

  func mapTensors(_ body: (Tensor) throws(TorchError) -> Tensor) throws(TorchError) -> MethodOutput {
    MethodOutput(
      features: try features.map(body), embeddings: try embeddings.map(body), predictions: try predictions.map(body),
      targets: try targets.map(body))
  }

  /// The rows of several micro-batches, one after the other.
  init(joining parts: [MethodOutput]) throws(TorchError) {
    func joined(_ tensors: KeyPath<MethodOutput, [Tensor]>) throws(TorchError) -> [Tensor] {
      var result: [Tensor] = []
      for index in parts[0][keyPath: tensors].indices {
        result.append(try concatenate(parts.map { $0[keyPath: tensors][index] }))
      }
      return result
    }
    self.init(
      features: try joined(\.features), embeddings: try joined(\.embeddings), predictions: try joined(\.predictions),
      targets: try joined(\.targets))
  }
}
