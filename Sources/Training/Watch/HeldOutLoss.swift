import Layers
import Learning
import Samples
import Torch

/// Measures, now and then during a run, its loss on samples that it never trains on, beside that on as many that it does:
/// where the two part, the network learns its samples by heart.
///
/// Both are one batch of views that stay the same through the run, seen as in training (a batch's own statistics, no
/// gradients), and leave no trace in the network. Epochs are left out so that this costs about 3 % of the training.
struct HeldOutLoss {
  static let costShare = 0.03

  private let seen: any ViewSource
  private let heldOut: any ViewSource
  private let count: Int
  private let epochInterval: Int
  private let configuration: RunConfiguration

  /// Nil where fewer than two samples are held out.
  init?(
    of data: any SampleCollection, training: [Int], heldOut: [Int], plan: ViewPlan, _ configuration: RunConfiguration
  ) throws {
    count = min(heldOut.count, training.count, configuration.batchSize)
    guard count >= 2 else { return nil }
    let chosen = training.evenlySpread(count)
    // Views of their own: what training saw of these samples is another draw.
    let seed = configuration.seed &+ 0x5EED
    seen = try data.trainingViews(plan, of: chosen, seed: seed)
    self.heldOut = try data.trainingViews(plan, of: Array(heldOut.prefix(count)), seed: seed)
    self.configuration = configuration
    // Two batches forward cost two thirds of what one costs that is trained on.
    let samplesPerEpoch = configuration.stepsPerEpoch * configuration.batchSize
    let share = Double(2 * count) / 3 / Double(samplesPerEpoch)
    epochInterval = max(1, Int((share / Self.costShare).rounded(.up)))
  }

  func isDue(afterEpoch epoch: Int, isLast: Bool) -> Bool { isLast || (epoch + 1).isMultiple(of: epochInterval) }

  /// - Parameter position: of the last step.
  func measure(_ method: any Method, at position: RunPosition) throws -> (seen: Float, heldOut: Float) {
    let before = try BufferSnapshot(of: method)
    let losses = try [seen, heldOut].map { try loss(of: $0, method, at: position) }
    try before.restore()
    return (losses[0], losses[1])
  }

  private func loss(of source: any ViewSource, _ method: any Method, at position: RunPosition) throws -> Float {
    let order = SequentialOrder(sampleCount: count, batchSize: count)
    let loader = Loader(source: source, order: order, batches: 0..<1, threads: configuration.loaderThreads)
    guard let batch = try loader.next() else { return .nan }
    try Runtime.seed(configuration.seed)
    return try noGrad { () throws(TorchError) in
      let views = try batch.views(on: configuration.torchDevice)
      let output = try configuration.forwardInParts(method, views, at: position)
      return Float(try method.loss(output, at: position).item())
    }
  }
}
