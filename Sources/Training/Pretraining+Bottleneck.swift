import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch

// Where the time of a run goes.
extension Pretraining {
  func note(_ stopwatch: Stopwatch?) throws {
    let cores = Cores.count
    let found = stopwatch?.profile(threads: configuration.loaderThreads, cores: cores, adjustable)
    guard let found else { return }
    profile = found
    try folder.record(found)
  }

  private var adjustable: StepProfile.Adjustable {
    StepProfile.Adjustable(
      views: folder.catalogue.smallerSettings(of: configuration.data), network: configuration.backbone.smallerSettings,
      hasProjector: configuration.method.projector != nil, isFloat32: configuration.precision == .float32)
  }

  /// What would help where steps waited for their views for much of the time; nil where they did not.
  ///
  /// - Parameter progress: the last of the run.
  public func bottleneck(_ progress: TrainingProgress) -> Explanation? {
    guard progress.waiting > StepProfile.Bearable.waiting else { return nil }
    let isDecoded = data.samplesInMemory(of: indices).byteCount > 0
    let cache: Explanation = isDecoded ? ", a \(setting: "cache") folder on a fast disk" : ""
    let views = adjustable.views
    let smaller: Explanation = views.isEmpty ? "" : ", or a smaller \(settings: views, "or")"
    return """
      the steps waited for their views \(Figure.percent(progress.waiting)) of the time: making views is the bottleneck. Try \
      more \(setting: "loader-threads")\(cache)\(smaller)
      """
  }
}
