import CPixels

extension Picture {
  /// The whole picture, reduced with antialiasing so that its longer side is at most `side`, with 8 bits per sample.
  /// For more than three channels, the first three are shown as red, green and blue; for two, the first is shown as
  /// grey.
  ///
  /// - Parameter side: in pixels, at least 1. A smaller picture keeps its size.
  package func thumbnail(side: Int) -> Picture {
    let longest = max(width, height)
    let target = min(max(side, 1), longest)
    func reduced(_ length: Int) -> Int { max(1, (length * target + longest / 2) / longest) }
    let (columns, rows) = (reduced(width), reduced(height))
    let across = CPixelsAxis(
      start: 0, length: Int32(width), full: Int32(columns), offset: 0, count: Int32(columns), is_reversed: 0)
    let down = CPixelsAxis(
      start: 0, length: Int32(height), full: Int32(rows), offset: 0, count: Int32(rows), is_reversed: 0)
    let planes = Int32(channels)
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: cpixels_resample_scratch(across, down, cpixels_bilinear, planes), alignment: 64)
    defer { scratch.deallocate() }
    var planar = [Float](repeating: 0, count: columns * rows * channels)
    withSampleBytes { bytes, kind in
      cpixels_resample(
        bytes.baseAddress, kind, width * channels, planes, across, down, cpixels_bilinear, scratch, &planar)
    }
    let count = columns * rows
    let shown = channels < 3 ? 1 : 3
    var pixels = [UInt8](repeating: 0, count: count * shown)
    for channel in 0..<shown {
      for place in 0..<count {
        let value = planar[channel * count + place] * 255 + 0.5
        pixels[place * shown + channel] = UInt8(min(max(value, 0), 255))
      }
    }
    return Picture(width: columns, height: rows, channels: shown, samples: .uint8(pixels)) ?? self
  }

  func withSampleBytes(_ body: (UnsafeRawBufferPointer, CPixelsSample) -> Void) {
    switch samples {
    case .uint8(let samples): samples.withUnsafeBytes { body($0, cpixels_uint8) }
    case .uint16(let samples): samples.withUnsafeBytes { body($0, cpixels_uint16) }
    case .float32(let samples): samples.withUnsafeBytes { body($0, cpixels_float32) }
    }
  }
}
