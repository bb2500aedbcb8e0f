import Backbones
import Torch

/// Passes views through a network, those of one size together in one batch, as multi-crop methods do: the output of each
/// view, in their order.
///
/// - Parameter views: [batch, …] each; those of one size stand next to each other.
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
