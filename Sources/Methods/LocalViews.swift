import Torch

/// The mean of a symmetric loss over all pairs of a global view and another view. The first two views are global, and as in
/// SwAV (Caron et al. 2020, equation 2) local views are compared with both of them and not with each other. For two views it is
/// their loss.
///
/// - Parameter views: embeddings [N, D] of each view, at least two.
func meanOverViews(
  _ views: [Tensor], _ loss: (Tensor, Tensor) throws(TorchError) -> Tensor
) throws(TorchError) -> Tensor {
  // Each of the two global views is compared with the other.
  var sum = try loss(views[0], views[1]) * 2
  for local in views.dropFirst(2) {
    for global in views.prefix(2) { sum = try sum + loss(global, local) }
  }
  return try sum / Double(2 * (views.count - 1))
}

/// The mean of a loss over all pairs of a view and the target of another view that is global.
///
/// - Parameters:
///   - predictions: [N, D] of each view, at least two.
///   - targets: [N, D] of the two global views, the first of them.
func meanOverViews(
  _ predictions: [Tensor], targets: [Tensor], _ loss: (Tensor, Tensor) throws(TorchError) -> Tensor
) throws(TorchError) -> Tensor {
  var losses: [Tensor] = []
  for (global, target) in targets.enumerated() {
    for (view, prediction) in predictions.enumerated() where view != global {
      losses.append(try loss(prediction, target))
    }
  }
  return try stack(losses).mean()
}
