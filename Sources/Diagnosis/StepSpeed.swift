import Datasets
import Planning
import Torch
import Training

/// How long a training step takes on views that are already made. This is the highest speed of a run: making views can
/// only slow it down.
public struct StepSpeed: Encodable, Sendable {
  public let method: String
  public let backbone: String
  public let batchSize: Int
  public let microBatchSize: Int?
  public let precision: RunConfiguration.Precision
  public let device: String
  public let threads: Int
  /// The shapes of the views of a sample.
  public let views: [[Int]]
  public let step: Timing
  /// By the median time of a step.
  public let samplesPerSecond: Double

  /// Times steps of the run that the request would start.
  ///
  /// - Parameters:
  ///   - request: what the run is asked for.
  ///   - places: folders and files to train on; empty for `imagined` pictures that need not exist.
  ///   - imagined: how many pictures are imagined where `places` is empty.
  ///   - seconds: about how long to measure.
  /// - Throws: the errors of planning and training.
  public init(_ request: RunRequest, scanning places: [String], imagined: Int, seconds: Double) throws {
    var request = request
    request.epochs = 1
    let proposal =
      places.isEmpty
      ? try request.proposal(for: ImageFolder.imagined(count: imagined)) : try request.proposal(scanning: places)
    let run = try request.plan(for: proposal).configuration
    let layouts = try proposal.data.trainingViews(run.method.viewPlan, of: proposal.training, seed: run.seed).layouts
    step = Timing(try run.timeSteps(of: layouts, within: seconds))
    method = run.method.name.rawValue
    backbone = run.backbone.name
    batchSize = run.batchSize
    microBatchSize = run.microBatchSize
    precision = run.precision
    device = "\(run.device)"
    threads = run.computeThreads
    views = layouts.map(\.shape)
    samplesPerSecond = Double(run.batchSize) / step.seconds
  }
}
