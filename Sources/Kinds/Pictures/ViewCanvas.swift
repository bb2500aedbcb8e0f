import CPixels
import Settings

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

package enum ResizeFilter: String, Codable, Sendable, CaseIterable {
  case bilinear
  /// Keys' cubic with a = -0.5, as in Pillow; results are clipped to 0...1.
  case bicubic

  fileprivate var kernel: CPixelsFilter { self == .bilinear ? cpixels_bilinear : cpixels_bicubic }
}

/// A view while it is drawn: planar float32 in 0...1 (only noise exceeds this range), and scratch memory.
///
/// Memory grows with the largest view and is reused for the next one, so each thread keeps its own canvas. Colour steps
/// are queued until something needs their result, and then run together in one or two passes. Every operation is
/// defined as in torchvision 0.2x (`transforms.v2.functional` on float tensors).
package final class ViewCanvas {
  package private(set) var width = 0
  package private(set) var height = 0
  /// The number of channels of the picture.
  package private(set) var channels = 0

  // Unsafe pointers because only C kernels work on this memory. They stay private.
  private var image = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
  private var other = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
  private var scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var waiting: [CPixelsColour] = []
  private var blurKernel: [Float] = []

  package init() {}

  deinit {
    image.deallocate()
    other.deallocate()
    scratch.deallocate()
  }

  private var pixelCount: Int { width * height }

  /// A copy of the values, [channels, height, width].
  package var values: [Float] {
    makeWaitingSteps()
    return Array(image.prefix(channels * pixelCount))
  }

  // MARK: From a picture

  /// Crops, resizes with antialiasing and flips, all in one pass over the picture's own samples.
  package func load(
    _ picture: Picture, crop: CropBox, width: Int, height: Int, filter: ResizeFilter = .bilinear,
    flippedHorizontally: Bool = false, flippedVertically: Bool = false
  ) {
    load(
      PicturePart(picture), crop: crop, width: width, height: height, filter: filter,
      flippedHorizontally: flippedHorizontally, flippedVertically: flippedVertically)
  }

  /// `crop` is a box of the whole picture and must be inside the part.
  func load(
    _ picture: PicturePart, crop: CropBox, width: Int, height: Int, filter: ResizeFilter, flippedHorizontally: Bool,
    flippedVertically: Bool
  ) {
    let crop = crop.clamped(width: picture.width, height: picture.height)
    precondition(picture.contains(crop), "the crop is not inside the part of the picture")
    let (width, height) = (max(width, 1), max(height, 1))
    resample(
      picture.pixels,
      across: Self.axis(
        crop.left - picture.left, crop.width, full: width, offset: 0, count: width, isReversed: flippedHorizontally),
      down: Self.axis(
        crop.top - picture.top, crop.height, full: height, offset: 0, count: height, isReversed: flippedVertically),
      filter: filter)
  }

  /// Resizes the shorter side to `size` with antialiasing and keeps the central square of that.
  package func load(
    centreOf picture: Picture, size: Int, filter: ResizeFilter = .bilinear, flippedHorizontally: Bool = false,
    flippedVertically: Bool = false
  ) {
    let size = max(size, 1)
    let short = min(picture.width, picture.height)
    func axis(_ length: Int, _ isReversed: Bool) -> CPixelsAxis {
      let full = size * length / short
      let offset = wholeNumber(Double(full - size) / 2, in: 0...max(full - size, 0))
      return Self.axis(0, length, full: full, offset: offset, count: size, isReversed: isReversed)
    }
    resample(
      picture, across: axis(picture.width, flippedHorizontally), down: axis(picture.height, flippedVertically),
      filter: filter)
  }

  private static func axis(
    _ start: Int, _ length: Int, full: Int, offset: Int, count: Int, isReversed: Bool
  ) -> CPixelsAxis {
    CPixelsAxis(
      start: Int32(clamping: start), length: Int32(clamping: length), full: Int32(clamping: full),
      offset: Int32(clamping: offset), count: Int32(clamping: count), is_reversed: isReversed ? 1 : 0)
  }

  private func resample(_ picture: Picture, across: CPixelsAxis, down: CPixelsAxis, filter: ResizeFilter) {
    waiting.removeAll(keepingCapacity: true)
    (width, height, channels) = (Int(across.count), Int(down.count), picture.channels)
    let planes = Int32(channels)
    Self.grow(&image, to: channels * pixelCount)
    growScratch(to: cpixels_resample_scratch(across, down, filter.kernel, planes))
    let rowSamples = picture.width * channels
    picture.withSampleBytes { bytes, kind in
      cpixels_resample(
        bytes.baseAddress, kind, rowSamples, planes, across, down, filter.kernel, scratch.baseAddress,
        image.baseAddress)
    }
  }

  // MARK: Colour

  /// Multiplies by `factor` and clips.
  package func adjustBrightness(_ factor: Float) { wait(for: cpixels_brightness, factor) }

  /// Blends with the mean grey of the picture: 0 gives that grey, 1 the picture. Unless there are one or three
  /// channels, each channel is blended with its own mean.
  package func adjustContrast(_ factor: Float) { wait(for: cpixels_contrast, factor) }

  /// Blends with the greyscale picture: 0 gives that, 1 the picture. Pictures other than RGB do not change.
  package func adjustSaturation(_ factor: Float) { wait(for: cpixels_saturation, factor) }

  /// Shifts the hue by a part of the colour circle, -0.5...0.5. Pictures other than RGB do not change.
  package func adjustHue(_ turns: Float) { wait(for: cpixels_hue, min(max(turns, -0.5), 0.5)) }

  /// 0.2989 R + 0.587 G + 0.114 B in all channels. Pictures other than RGB do not change.
  package func makeGrey() { wait(for: cpixels_grey, 0) }

  /// Inverts the values from `threshold` upwards.
  package func solarize(threshold: Float) { wait(for: cpixels_solarize, threshold) }

  /// The values of `range` become 0 to 1, and those outside are clipped.
  package func stretch(_ range: ClosedRange<Float>) {
    makeWaitingSteps()
    let (lowest, extent) = (range.lowerBound, max(range.upperBound - range.lowerBound, 1e-6))
    for place in 0..<channels * pixelCount { image[place] = min(max((image[place] - lowest) / extent, 0), 1) }
  }

  /// Every value to the power of `gamma`, which is above 0: below 1 brightens the shadows, above 1 darkens them.
  package func adjustGamma(_ gamma: Float) { wait(for: cpixels_gamma, min(max(gamma, 0.01), 100)) }

  private func wait(for kind: CPixelsColourKind, _ amount: Float) {
    waiting.append(CPixelsColour(kind: kind, amount: amount))
  }

  private func makeWaitingSteps() {
    guard !waiting.isEmpty else { return }
    cpixels_colour(image.baseAddress, Int32(channels), pixelCount, waiting, Int32(waiting.count))
    waiting.removeAll(keepingCapacity: true)
  }

  // MARK: Space

  /// Gaussian blur of standard deviation `sigma`, in pixels, cut off beyond `radius` pixels (torchvision's
  /// `kernel_size` is 2 * radius + 1); the edges are mirrored.
  package func blur(radius: Int, sigma: Float) {
    let radius = min(max(radius, 0), 4 * max(width, height))
    guard radius > 0, sigma > 0 else { return }
    makeWaitingSteps()
    let kept = fillBlurKernel(radius: radius, sigma: sigma)
    growScratch(to: cpixels_blur_scratch(Int32(width), Int32(height), Int32(kept)))
    cpixels_blur(
      image.baseAddress, Int32(channels), Int32(width), Int32(height), blurKernel, Int32(kept), scratch.baseAddress)
  }

  /// Fills in weights that add up to 1, without outer ones whose sum is below the resolution of float32. Returns the
  /// radius.
  private func fillBlurKernel(radius: Int, sigma: Float) -> Int {
    func weight(_ distance: Int) -> Float { exp(-0.5 * (Float(distance) / sigma) * (Float(distance) / sigma)) }
    let sum = weight(0) + 2 * (1...radius).reduce(0) { $0 + weight($1) }
    var (kept, lost) = (radius, 2 * weight(radius))
    while kept > 1, lost < sum * 0x1p-25 {
      kept -= 1
      lost += 2 * weight(kept)
    }
    blurKernel.removeAll(keepingCapacity: true)
    for distance in -kept...kept { blurKernel.append(weight(abs(distance)) / sum) }
    return kept
  }

  /// Bilinear; pixels from outside the picture become `fill`, blended at the edge as in torchvision.
  package func transform(_ map: AffineMap, fill: Float = 0) { project(by: map.inverse, fill: fill) }

  /// The same for a perspective.
  package func transform(_ map: PerspectiveMap, fill: Float = 0) {
    project(by: map.inverse(width: width, height: height), fill: fill)
  }

  private func project(by inverse: [Float], fill: Float) {
    makeWaitingSteps()
    Self.grow(&other, to: channels * pixelCount)
    cpixels_project(
      image.baseAddress, Int32(channels), Int32(width), Int32(height), inverse, fill, other.baseAddress)
    swap(&image, &other)
  }

  /// Sets a box to one value.
  package func erase(_ box: CropBox, value: Float) {
    guard width > 0, box.width > 0, box.height > 0 else { return }
    makeWaitingSteps()
    let box = box.clamped(width: width, height: height)
    cpixels_erase(
      image.baseAddress, Int32(channels), Int32(width), Int32(height), Int32(box.left), Int32(box.top),
      Int32(box.width), Int32(box.height), value)
  }

  /// Adds independent normal noise to every value; a function of `seed`.
  ///
  /// Does not clip, unlike torchvision's `gaussian_noise` by default. Clipped noise makes a black background brighter
  /// on average, and a network trained on such views does worse on pictures without noise.
  package func addNoise(sigma: Float, seed: UInt64) {
    makeWaitingSteps()
    cpixels_noise(image.baseAddress, channels * pixelCount, sigma, seed)
  }

  // MARK: Result

  /// Writes height x width x `normalisation.channelCount` normalised values, channels last; grey fills all channels.
  ///
  /// Unsafe: `target` must have room for as many floats.
  package func write(normalisedBy normalisation: ImageRecipe.Normalisation, into target: UnsafeMutablePointer<Float>) {
    normalisation.mean.withUnsafeBufferPointer { mean in
      normalisation.deviation.withUnsafeBufferPointer { deviation in
        var each = CPixelsNormalisation(
          mean: mean.baseAddress, deviation: deviation.baseAddress, channels: Int32(normalisation.channelCount))
        cpixels_finish(
          image.baseAddress, Int32(channels), pixelCount, waiting, Int32(waiting.count), &each, target)
      }
    }
    waiting.removeAll(keepingCapacity: true)
  }

  // MARK: Memory

  private static func grow(_ buffer: inout UnsafeMutableBufferPointer<Float>, to count: Int) {
    guard buffer.count < count else { return }
    buffer.deallocate()
    buffer = .allocate(capacity: count)
    buffer.initialize(repeating: 0)
  }

  private func growScratch(to byteCount: Int) {
    guard scratch.count < byteCount else { return }
    scratch.deallocate()
    scratch = .allocate(byteCount: byteCount, alignment: 64)
  }
}
