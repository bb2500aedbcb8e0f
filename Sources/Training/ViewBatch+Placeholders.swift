import Backbones
import Samples
import Torch

extension ViewBatch {
  /// Views that no sample was drawn for, to count memory and time on: each sample as long as it may be.
  ///
  /// - Parameter tensor: makes what stands in for one tensor, [batch, …] as the layout says.
  static func placeholders(
    _ layouts: [ViewLayout], tensor: (ViewLayout) throws(TorchError) -> Tensor
  ) throws(TorchError) -> [ViewBatch] {
    var views: [(tensors: [Tensor], areVarying: [Bool])] = []
    for layout in layouts {
      let made = try tensor(layout)
      let ordered = layout.isChannelsLast ? try made.to(format: .channelsLast) : made
      if layout.joinsPrevious, !views.isEmpty {
        views[views.count - 1].tensors.append(ordered)
        views[views.count - 1].areVarying.append(layout.isVarying)
      } else {
        views.append(([ordered], [layout.isVarying]))
      }
    }
    return views.map { ViewBatch($0.tensors, areVarying: $0.areVarying) }
  }
}
