import Backbones
import Samples
import Torch

extension Batch {
  /// The views as tensors [rows, …] on `device`. On the processor they share the memory of the batch, except tensors of
  /// varying length, which are cut to the longest sample of the batch.
  ///
  /// - Parameter longest: for each layout, the length to cut to, at least that of this batch; nil for that of this batch.
  package func views(on device: Device, longest: [Int]? = nil) throws(TorchError) -> [ViewBatch] {
    var views: [(tensors: [Tensor], areVarying: [Bool])] = []
    for (index, layout) in layouts.enumerated() {
      let tensor = try self.tensor(index, layout, (longest ?? lengths)[index]).uploaded(to: device)
      if layout.joinsPrevious, !views.isEmpty {
        views[views.count - 1].tensors.append(tensor)
        views[views.count - 1].areVarying.append(layout.isVarying)
      } else {
        views.append(([tensor], [layout.isVarying]))
      }
    }
    return views.map { ViewBatch($0.tensors, areVarying: $0.areVarying) }
  }

  private func tensor(_ index: Int, _ layout: ViewLayout, _ length: Int) throws(TorchError) -> Tensor {
    let shape = [samples.count] + layout.shape
    let whole = try Tensor.over(
      bytes(ofView: index), shape: shape, strides: layout.isChannelsLast ? channelsLastStrides(shape) : nil,
      dtype: layout.element == .float32 ? .float32 : .int64, owner: self)
    guard layout.isVarying, length < layout.shape[0] else { return whole }
    return try whole.narrowed(1, 0..<length).contiguous()
  }
}

/// The strides of a shape [batch, channels, height, width] that is stored as [batch, height, width, channels].
private func channelsLastStrides(_ shape: [Int]) -> [Int] {
  let (channels, height, width) = (shape[1], shape[2], shape[3])
  return [height * width * channels, 1, width * channels, channels]
}
