import Foundation
import Torch

/// Fixed positions of a grid (Chen et al. 2021, and MAE): [rows · columns, width], row by row.
///
/// The first half of the width encodes the column, the second half the row. Each half is sin(p ωᵢ) and then cos(p ωᵢ)
/// for ωᵢ = 10000^(−i / (width / 4)), i from 0 to width / 4 − 1.
///
/// - Parameter width: a multiple of 4.
package func sineCosinePositions(
  width: Int, rows: Int, columns: Int, on device: Device = .cpu
) throws(TorchError) -> Tensor {
  guard width > 0, width.isMultiple(of: 4) else {
    throw TorchError(call: "sineCosinePositions", message: "a width of \(width) is not a multiple of 4")
  }
  let quarter = width / 4
  let frequencies = (0..<quarter).map { pow(10000, -Double($0) / Double(quarter)) }
  var values: [Float] = []
  values.reserveCapacity(rows * columns * width)
  for row in 0..<rows {
    for column in 0..<columns {
      for place in [column, row] {
        let angles = frequencies.map { Double(place) * $0 }
        values += angles.map { Float(sin($0)) } + angles.map { Float(cos($0)) }
      }
    }
  }
  return try Tensor(values, shape: [rows * columns, width]).to(device: device)
}
