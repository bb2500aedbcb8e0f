import Backbones
import Torch

/// Passes views through a network, views of equal size in one batch, as multi-crop methods do. Returns the output of
/// each view, in order.
///
/// - Parameter views: [batch, …] each; views of equal size have to be neighbours.
func forwardBySize(
  _ views: [ViewBatch], through network: (ViewBatch) throws(TorchError) -> Tensor
) throws(TorchError) -> [Tensor] {
  var outputs: [Tensor] = []
  while outputs.count < views.count {
    let rest = views[outputs.count...]
    let alike = Array(rest.prefix { $0.hasSameSize(as: views[outputs.count]) })
    outputs += try network(concatenate(alike)).chunks(alike.count)
  }
  return outputs
}
