import CPixels

/// Rotates a square of interleaved pixels in place by quarter turns, as torch's `rot90`: the right edge becomes the
/// top.
///
/// Unsafe: `pixels` must hold side · side · `pixelBytes` bytes.
package func turnQuarters(_ quarters: Int, pixels: UnsafeMutableRawBufferPointer, side: Int, pixelBytes: Int) {
  // The EXIF orientations that these rotations undo.
  let orientations: [Int32] = [1, 8, 3, 6]
  guard quarters % 4 != 0 else { return }
  let upright = Array(pixels)
  upright.withUnsafeBytes {
    cpixels_orient(
      $0.baseAddress, side, side, pixelBytes, orientations[quarters % 4], pixels.baseAddress)
  }
}
