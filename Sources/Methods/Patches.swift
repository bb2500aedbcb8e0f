import Backbones
import Torch

extension Tensor {
  /// The patches of [batch, patches, width] at `indices` [batch, count], sample by sample.
  func patches(at indices: Tensor) throws(TorchError) -> Tensor {
    let (batch, count) = (indices.shape[0], indices.shape[1])
    return try gathered(1, indices.unsqueezed(2).expanded([batch, count, shape[2]]))
  }

  /// Cuts pictures [batch, channels, height, width] into patches [batch, patches, side² · channels]. Patches are in the
  /// order of rows, and so are the pixels of a patch, each with its channels together.
  func cut(into side: Int) throws(TorchError) -> Tensor {
    let (batch, channels, rows, columns) = (shape[0], shape[1], shape[2] / side, shape[3] / side)
    return try reshaped([batch, channels, rows, side, columns, side]).permuted([0, 2, 4, 3, 5, 1])
      .reshaped([batch, rows * columns, side * side * channels])
  }
}

/// Sine-cosine positions for the grid of a batch, kept for the next batch.
final class GridPositions {
  private let width: Int
  private var kept: (rows: Int, columns: Int, positions: Tensor)?

  init(width: Int) { self.width = width }

  /// [rows · columns, width]
  func callAsFunction(rows: Int, columns: Int, on device: Device) throws(TorchError) -> Tensor {
    if let kept, kept.rows == rows, kept.columns == columns, kept.positions.device == device { return kept.positions }
    let positions = try sineCosinePositions(width: width, rows: rows, columns: columns, on: device)
    kept = (rows, columns, positions)
    return positions
  }
}
