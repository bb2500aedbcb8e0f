import CPixels

/// Turns a square of interleaved pixels in place by quarters, as torch's `rot90` does: what was at the right comes to the top.
///
/// Unsafe: `pixels` holds side · side · `pixelBytes` bytes.
public func turnQuarters(_ quarters: Int, pixels: UnsafeMutableRawBufferPointer, side: Int, pixelBytes: Int) {
  // The EXIF orientations that such a turn undoes.
  let orientations: [Int32] = [1, 8, 3, 6]
  guard quarters % 4 != 0 else { return }
  let upright = Array(pixels)
  upright.withUnsafeBytes {
    cpixels_orient(
      $0.baseAddress, side, side, pixelBytes, orientations[quarters % 4], pixels.baseAddress)
  }
}
