/// A perspective, given by how far each corner of the picture moves inwards; torchvision's `perspective`.
package struct PerspectiveMap: Sendable, Equatable {
  package struct Shift: Sendable, Equatable {
    /// Pixels towards the middle, at least 0.
    package var across: Float
    package var down: Float

    package init(across: Float, down: Float) {
      self.across = across
      self.down = down
    }
  }

  package var topLeft: Shift
  package var topRight: Shift
  package var bottomRight: Shift
  package var bottomLeft: Shift

  package init(topLeft: Shift, topRight: Shift, bottomRight: Shift, bottomLeft: Shift) {
    self.topLeft = topLeft
    self.topRight = topRight
    self.bottomRight = bottomRight
    self.bottomLeft = bottomLeft
  }

  /// The matrix from a point of the result to a point of the source, row by row; both are relative to the centre.
  ///
  /// Torchvision solves for the map between corner pixels but applies it to pixel centres, half a pixel away; so does
  /// this.
  func inverse(width: Int, height: Int) -> [Float] {
    let (right, bottom) = (Double(width - 1), Double(height - 1))
    let corners = [
      (x: 0, y: 0, Double(topLeft.across), Double(topLeft.down)),
      (x: right, y: 0, right - Double(topRight.across), Double(topRight.down)),
      (x: right, y: bottom, right - Double(bottomRight.across), bottom - Double(bottomRight.down)),
      (x: 0, y: bottom, Double(bottomLeft.across), bottom - Double(bottomLeft.down)),
    ]
    // (a u + b v + c) / (g u + h v + 1) = x, (d u + e v + f) / (g u + h v + 1) = y for each corner (u, v) of the
    // result.
    var equations: [[Double]] = []
    for (x, y, u, v) in corners {
      equations.append([u, v, 1, 0, 0, 0, -x * u, -x * v, x])
      equations.append([0, 0, 0, u, v, 1, -y * u, -y * v, y])
    }
    guard let m = solve(equations) else { return [1, 0, 0, 0, 1, 0, 0, 0, 1] }
    // The same relative to the centre: first of the result, which shifts the input, then of the source.
    let (halfWidth, halfHeight) = (Double(width) / 2, Double(height) / 2)
    let centred = [
      m[0], m[1], m[0] * halfWidth + m[1] * halfHeight + m[2],
      m[3], m[4], m[3] * halfWidth + m[4] * halfHeight + m[5],
      m[6], m[7], m[6] * halfWidth + m[7] * halfHeight + 1,
    ]
    let rows = (0..<3).map { Array(centred[3 * $0..<3 * $0 + 3]) }
    let across = zip(rows[0], rows[2]).map { $0 - halfWidth * $1 }
    let down = zip(rows[1], rows[2]).map { $0 - halfHeight * $1 }
    return (across + down + rows[2]).map { Float($0) }
  }
}

/// Gaussian elimination with the largest pivot of each column.
///
/// - Parameter equations: rows of coefficients, with the right-hand side last.
/// - Returns: nil if there is no unique solution, because corners coincide.
private func solve(_ equations: [[Double]]) -> [Double]? {
  var rows = equations
  for column in rows.indices {
    let pivot = (column..<rows.count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
    guard abs(rows[pivot][column]) > 1e-9 else { return nil }
    rows.swapAt(column, pivot)
    for other in rows.indices where other != column {
      let factor = rows[other][column] / rows[column][column]
      for place in column..<rows[other].count { rows[other][place] -= factor * rows[column][place] }
    }
  }
  return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
}
