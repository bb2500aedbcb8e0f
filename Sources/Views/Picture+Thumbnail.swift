import CPixels

extension Picture {
  /// The whole picture, reduced with antialiasing so that its longer side is at most `side`; 8 bits a sample.
  ///
  /// - Parameter side: in pixels, at least 1. A smaller picture keeps its size.
  public func thumbnail(side: Int) -> Picture {
    let longest = max(width, height)
    let target = min(max(side, 1), longest)
    func reduced(_ length: Int) -> Int { max(1, (length * target + longest / 2) / longest) }
    let (columns, rows) = (reduced(width), reduced(height))
    let across = CPixelsAxis(
      start: 0, length: Int32(width), full: Int32(columns), offset: 0, count: Int32(columns), is_reversed: 0)
    let down = CPixelsAxis(
      start: 0, length: Int32(height), full: Int32(rows), offset: 0, count: Int32(rows), is_reversed: 0)
    let planes = Int32(channels)
    let isWide = if case .uint16 = samples { true } else { false }
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: cpixels_resample_scratch(across, down, cpixels_bilinear, planes), alignment: 64)
    defer { scratch.deallocate() }
    var planar = [Float](repeating: 0, count: columns * rows * channels)
    withSampleBytes { bytes in
      cpixels_resample(
        bytes.baseAddress, isWide ? 1 : 0, width * channels, planes, across, down, cpixels_bilinear, scratch, &planar)
    }
    let count = columns * rows
    var pixels = [UInt8](repeating: 0, count: count * channels)
    for channel in 0..<channels {
      for place in 0..<count {
        let value = planar[channel * count + place] * 255 + 0.5
        pixels[place * channels + channel] = UInt8(min(max(value, 0), 255))
      }
    }
    return Picture(width: columns, height: rows, channels: channels, samples: .uint8(pixels)) ?? self
  }

  private func withSampleBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    switch samples {
    case .uint8(let samples): samples.withUnsafeBytes(body)
    case .uint16(let samples): samples.withUnsafeBytes(body)
    }
  }
}
