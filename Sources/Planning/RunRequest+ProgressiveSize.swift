import Backbones
import Datasets
import Methods
import Training

extension RunRequest {
  /// - Throws: `Refusal` where the views of a run cannot become smaller.
  func progressiveSize(for run: RunConfiguration) throws(Refusal) -> ProgressiveSize {
    guard case .images = run.data else {
      throw Refusal("--fast makes pictures smaller, and these are none; leave it out")
    }
    guard case .resNet = run.backbone else {
      throw Refusal("--fast makes pictures smaller, and a transformer knows its patches by their place; leave it out")
    }
    guard run.method.viewPlan != .tiles else {
      throw Refusal("--fast makes pictures smaller, and tiles are small as they are; leave it out")
    }
    return .usual
  }
}
