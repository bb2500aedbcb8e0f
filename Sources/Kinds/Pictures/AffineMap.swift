#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A rotation, shift, scaling and shear about the centre of a picture, with torchvision's parameters.
package struct AffineMap: Sendable, Equatable {
  /// Degrees, clockwise on the screen.
  package var angle: Float
  /// Pixels to the right.
  package var shiftX: Float
  /// Pixels down.
  package var shiftY: Float
  /// Larger than 1 enlarges.
  package var scale: Float
  /// Degrees along x.
  package var shearX: Float
  /// Degrees along y.
  package var shearY: Float

  package init(
    angle: Float = 0, shiftX: Float = 0, shiftY: Float = 0, scale: Float = 1, shearX: Float = 0, shearY: Float = 0
  ) {
    self.angle = angle
    self.shiftX = shiftX
    self.shiftY = shiftY
    self.scale = scale
    self.shearX = shearX
    self.shearY = shearY
  }

  /// The matrix from a point of the result to a point of the source, row by row; the last row is (0, 0, 1).
  ///
  /// The map is T(shift) R(angle) Shear(y) Shear(x) scale, as derived in torchvision's `_get_inverse_affine_matrix`.
  var inverse: [Float] {
    let radians = Double.pi / 180
    let (turn, slantX, slantY) = (Double(angle) * radians, Double(shearX) * radians, Double(shearY) * radians)
    let a = cos(turn - slantY) / cos(slantY)
    let b = -cos(turn - slantY) * tan(slantX) / cos(slantY) - sin(turn)
    let c = sin(turn - slantY) / cos(slantY)
    let d = -sin(turn - slantY) * tan(slantX) / cos(slantY) + cos(turn)
    let (x, y, scale) = (Double(shiftX), Double(shiftY), Double(scale))
    let matrix = [d / scale, -b / scale, (b * y - d * x) / scale, -c / scale, a / scale, (c * x - a * y) / scale]
    return matrix.map { Float($0) } + [0, 0, 1]
  }
}
