import Backbones
import Layers
import Learning
import Samples
import Torch

/// What the processes that train a run together send each other in a step, and what each of them holds of the model.
package struct ProcessLoad: Sendable, Equatable, Encodable {
  /// Of the gradients, which all processes add up.
  package let gradientBytes: Int
  /// Of parameters and buffers, with those of a teacher.
  package let weightBytes: Int
  /// Of the state of the optimiser after a step.
  package let optimizerBytes: Int
  /// Tensors that are gathered for the loss of the whole batch; 0 where each process needs its own samples alone.
  package let outputs: Int
  /// Bytes of these of one sample.
  package let outputBytesPerSample: Int
  /// Whether the gradients of all of these are added up, since the processes divide the work of the loss.
  package let addsUpOutputs: Bool
  /// Passes of a batch through layers of batch normalisation that are trained: their sums travel forward and backward.
  package let normalisations: Int
  /// The same for layers that are not, as those of a teacher: their sums travel forward.
  package let followedNormalisations: Int
  /// Channels of both, counted as often as they pass.
  package let normalisedChannels: Int

  package init(
    gradientBytes: Int, weightBytes: Int, optimizerBytes: Int, outputs: Int, outputBytesPerSample: Int,
    addsUpOutputs: Bool = false, normalisations: Int, followedNormalisations: Int, normalisedChannels: Int
  ) {
    self.gradientBytes = gradientBytes
    self.weightBytes = weightBytes
    self.optimizerBytes = optimizerBytes
    self.outputs = outputs
    self.outputBytesPerSample = outputBytesPerSample
    self.addsUpOutputs = addsUpOutputs
    self.normalisations = normalisations
    self.followedNormalisations = followedNormalisations
    self.normalisedChannels = normalisedChannels
  }
}

extension RunConfiguration {
  /// Counts on one step of four samples, on a model that is thrown away. Steps in micro-batches send more.
  ///
  /// - Parameter layouts: of the views of a sample.
  package func measureLoad(of layouts: [ViewLayout]) throws -> ProcessLoad {
    var run = self
    // What is counted is the same anywhere.
    (run.microBatchSize, run.device, run.computeThreads) = (nil, .cpu, 1)
    try run.useThreads()
    let count = 4
    let (method, optimizer) = try run.buildModel()
    let views = try ViewBatch.placeholders(Self.reduced(layouts).layouts) { layout throws(TorchError) in
      try Tensor.zeros([count] + layout.shape, layout.element == .float32 ? .float32 : .int64, on: .cpu)
    }
    let (output, _) = try run.computeGradients(of: method, views, at: position(at: 0))
    let gradientBytes = try method.trainedParameters.reduce(0) { sum, each in
      sum + (try each.parameter.tensor.grad()?.byteCount ?? 0)
    }
    let passes = try method.normalisationPasses()
    try optimizer.step(learningRate: 0)
    let gathered = method.lossIsMeanOfSamples ? [] : output.embeddings + output.predictions + output.targets
    let tensors = method.namedParameters.map(\.parameter.tensor) + method.namedBuffers.map(\.buffer.tensor)
    return ProcessLoad(
      gradientBytes: gradientBytes, weightBytes: tensors.reduce(0) { $0 + $1.byteCount },
      optimizerBytes: try optimizer.state().reduce(0) { $0 + $1.tensor.byteCount }, outputs: gathered.count,
      outputBytesPerSample: gathered.reduce(0) { $0 + $1.byteCount } / count,
      addsUpOutputs: method.dividesLoss, normalisations: passes.trained, followedNormalisations: passes.followed,
      normalisedChannels: passes.channels)
  }
}

extension Module {
  /// How often a batch has passed the layers of batch normalisation below this module, as their counters say.
  fileprivate func normalisationPasses() throws -> (trained: Int, followed: Int, channels: Int) {
    if let layer = self as? BatchNorm {
      let count = Int(try layer.batchCount.tensor.item())
      let channels = count * layer.runningMean.tensor.count
      let isTrained = layer.weight?.tensor.requiresGrad ?? true
      return isTrained ? (count, 0, channels) : (0, count, channels)
    }
    return try children.reduce((0, 0, 0)) { sum, child in
      let own = try child.module.normalisationPasses()
      return (sum.0 + own.trained, sum.1 + own.followed, sum.2 + own.channels)
    }
  }
}

extension Tensor {
  var byteCount: Int { count * (dtype?.byteCount ?? 0) }
}
