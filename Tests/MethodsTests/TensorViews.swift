import Backbones
import Learning
import Torch

extension Learning.Method {
  /// Views that are one tensor each.
  func forward(_ views: [Tensor], at position: RunPosition) throws(TorchError) -> MethodOutput {
    try forward(views.map { ViewBatch($0) }, at: position)
  }
}
