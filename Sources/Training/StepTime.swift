import Backbones
import Foundation
import Learning
import Samples
import Torch

extension RunConfiguration {
  /// Times steps on views that are drawn once: what the model takes by itself, whatever reads the data.
  ///
  /// - Parameters:
  ///   - layouts: of the views of a sample.
  ///   - seconds: about how long to measure; at least three steps, after two that are not counted.
  /// - Returns: seconds of each step, in the order they were made.
  package func timeSteps(of layouts: [ViewLayout], within seconds: Double) throws -> [Double] {
    try useThreads()
    let (method, optimizer) = try buildModel()
    try Runtime.seed(seed)
    let views = try ViewBatch.placeholders(layouts) { layout throws(TorchError) in
      let shape = [batchSize] + layout.shape
      return layout.element == .float32
        ? try Tensor.randn(shape, on: torchDevice) : try Tensor.zeros(shape, .int64, on: torchDevice)
    }
    let clock = ContinuousClock()
    let position = position(at: 0)
    func step() throws -> Double {
      try clock.measure {
        try Runtime.seed(seed)
        let (output, _) = try computeGradients(of: method, views, at: position)
        try method.beforeStep(at: position)
        try optimizer.step(learningRate: 0)
        try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
        try torchDevice.synchronize()
      } / .seconds(1)
    }
    // The first ones allocate.
    for _ in 0..<2 { _ = try step() }
    var times: [Double] = []
    let start = clock.now
    while times.count < 3 || start.duration(to: clock.now) / .seconds(1) < seconds { times.append(try step()) }
    return times
  }
}
