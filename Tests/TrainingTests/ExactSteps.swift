import Backbones
import Learning
import Optimizers
import Pictures
import Torch

@testable import Training

/// What tests compare in float64, where sums hardly depend on their order.
extension RunConfiguration {
  /// A run on drawn pictures of 16 pixels.
  static func ofTinyPictures(
    _ method: MethodConfiguration, on backbone: BackboneConfiguration, batch: Int, micro: Int?
  ) -> RunConfiguration {
    RunConfiguration(
      preset: "small", data: DataConfiguration(ImageConfiguration(imageSize: 16, views: .simclr)), method: method,
      backbone: backbone, optimizer: .init(.sgd, baseLearningRate: 0.1, weightDecay: 0),
      schedule: Schedule(peak: 0.1, final: 0, warmUpSteps: 0, totalSteps: 10), batchSize: batch, microBatchSize: micro,
      stepsPerEpoch: 5, seed: 7, computeThreads: 1, loaderThreads: 1)
  }

  /// The same weights for the same seed.
  func exactModel() throws -> any Learning.Method {
    let (method, _) = try buildModel()
    for (_, parameter) in method.namedParameters {
      let isTrained = parameter.tensor.requiresGrad
      parameter.tensor = try parameter.tensor.detach().to(dtype: .float64).requireGrad(isTrained)
    }
    for (_, buffer) in method.namedBuffers where buffer.tensor.dtype == .float32 {
      buffer.tensor = try buffer.tensor.to(dtype: .float64)
    }
    return method
  }
}

/// So many views, always the same.
func exactViews(_ count: Int, batch: Int) throws -> [ViewBatch] {
  try Runtime.seed(1)
  return try (0..<count).map { _ in
    ViewBatch(try .randn([batch, 3, 16, 16], .float64).to(format: .channelsLast))
  }
}
