import Learning
import Planning
import Samples
import Torch
import Training

/// How long a training step takes on views that are already made. This is the highest speed of a run: making views can
/// only slow it down.
package struct StepSpeed: Encodable, Sendable {
  package let method: String
  package let backbone: String
  package let batchSize: Int
  package let microBatchSize: Int?
  package let precision: RunConfiguration.Precision
  package let device: String
  package let threads: Int
  /// Shapes of the views of a sample.
  package let views: [[Int]]
  package let step: Timing
  /// By the median.
  package let samplesPerSecond: Double

  /// The steps of the run that would be made.
  ///
  /// - Parameters:
  ///   - source: whose run it is; placeholders will do.
  ///   - seconds: about how long to measure.
  /// - Throws: as planning and training do.
  package init(
    _ request: RunRequest, of source: any DataSource, seconds: Double, _ catalogue: Catalogue
  ) throws {
    var request = request
    request.epochs = 1
    let proposal = try request.proposal(for: source, catalogue)
    let run = try request.plan(for: proposal).configuration
    let layouts = try proposal.data.trainingViews(run.viewPlan, of: proposal.training, seed: run.seed).layouts
    step = Timing(try run.timeSteps(of: layouts, within: seconds))
    method = run.method.name.rawValue
    backbone = run.backbone.title
    batchSize = run.batchSize
    microBatchSize = run.microBatchSize
    precision = run.precision
    device = "\(run.device)"
    threads = run.computeThreads
    views = layouts.map(\.shape)
    samplesPerSecond = Double(run.batchSize) / step.seconds
  }
}
