import Backbones
import Learning
import Samples
import Torch

/// The memory that the tensors of a step take, as a line over the batch size.
package struct StepMemory: Sendable, Equatable {
  /// Weights, gradients and the state of the optimiser, in bytes.
  package let fixed: Int
  /// Views and what the backward pass keeps of one sample, in bytes.
  package let perSample: Int
  /// What stays of a sample whose micro-batch has passed: its part of the outputs, joined, and its gradients.
  package let outputsPerSample: Int

  package init(fixed: Int, perSample: Int, outputsPerSample: Int = 0) {
    self.fixed = fixed
    self.perSample = perSample
    self.outputsPerSample = outputsPerSample
  }

  package func scaled(by factor: Double) -> StepMemory {
    StepMemory(
      fixed: Int(Double(fixed) * factor), perSample: Int(Double(perSample) * factor),
      outputsPerSample: Int(Double(outputsPerSample) * factor))
  }
}

extension RunConfiguration {
  /// Pictures above this side are measured at about this side, so that a request for views of 2,000 pixels is refused
  /// by arithmetic and not by the machine that runs out of memory.
  private static let measuredSide = 64

  /// Counts what steps on two small batches take, on a model that is thrown away. Exact in what libtorch allocates for
  /// tensors; where views were measured smaller, in proportion to their area.
  ///
  /// - Parameter layouts: of the views of a sample.
  package func measureMemory(of layouts: [ViewLayout]) throws -> StepMemory {
    let (smaller, scale) = Self.reduced(layouts)
    var whole = self
    whole.microBatchSize = nil
    let (two, _) = try whole.measure(smaller, batch: 2)
    let (four, outputs) = try whole.measure(smaller, batch: 4)
    let perSample = max(0, four - two) / 2
    return StepMemory(
      fixed: max(0, two - 2 * perSample), perSample: Int(Double(perSample) * scale),
      outputsPerSample: Int(Double(3 * outputs / 4) * scale))
  }

  /// The most bytes that tensors take at one time, from building the model to the end of its second step.
  package func peakBytes(of layouts: [ViewLayout], batch: Int) throws -> Int { try measure(layouts, batch: batch).peak }

  private func measure(_ layouts: [ViewLayout], batch: Int) throws -> (peak: Int, outputs: Int) {
    try useThreads()
    var outputs = 0
    let watch = try MemoryWatch()
    let (method, optimizer) = try buildModel()
    // The gradients of the first step are alive while the second goes forward, as in training.
    for _ in 0..<2 {
      let views = try ViewBatch.placeholders(layouts) { layout throws(TorchError) in
        try Tensor.zeros([batch] + layout.shape, layout.element == .float32 ? .float32 : .int64, on: torchDevice)
      }
      let (output, _) = try computeGradients(of: method, views, at: position(at: 0))
      outputs = output.tensors.reduce(0) { $0 + $1.count * ($1.dtype?.byteCount ?? 0) }
      try optimizer.step(learningRate: 0)
    }
    return (watch.takePeak(), outputs)
  }

  /// The layouts with smaller pictures, and by how much their area shrank.
  static func reduced(_ layouts: [ViewLayout]) -> (layouts: [ViewLayout], scale: Double) {
    var scale = 1.0
    let smaller = layouts.map { layout in
      let shape = layout.shape
      guard layout.isChannelsLast, let longest = shape[1...].max(), longest > measuredSide else { return layout }
      let reduced = [shape[0]] + shape[1...].map { max(1, $0 * measuredSide / longest) }
      scale = max(scale, Double(shape[1] * shape[2]) / Double(reduced[1] * reduced[2]))
      return ViewLayout(
        shape: reduced, element: layout.element, isChannelsLast: layout.isChannelsLast, isVarying: layout.isVarying,
        joinsPrevious: layout.joinsPrevious)
    }
    return (smaller, scale)
  }
}
