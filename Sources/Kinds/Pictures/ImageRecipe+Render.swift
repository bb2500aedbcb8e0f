import Samples
import Settings
import Synchronization

extension ImageRecipe {
  /// Draws one view and writes it channels-last: [size, size, channelCount] normalised float32.
  ///
  /// A pure function of recipe, picture, size and the generator's state; safe to call from several threads, each with
  /// its own canvas. The part of the picture in `box` of the same generator is enough. `size` is at least 1.
  /// Unsafe: `target` must have room for channelCount * size * size floats.
  package func render(
    _ picture: PicturePart, size: Int, generator: inout ViewGenerator, canvas: ViewCanvas,
    into target: UnsafeMutablePointer<Float>
  ) {
    load(picture, size: size, on: canvas, generator: &generator)
    if let affine { canvas.transform(affine.draw(side: size, from: &generator), fill: affine.fill) }
    if let perspective, happens(perspective.probability, &generator) {
      canvas.transform(perspective.draw(side: size, from: &generator), fill: perspective.fill)
    }
    if let window, happens(window.probability, &generator) { canvas.stretch(window.draw(from: &generator)) }
    if let gamma, happens(gamma.probability, &generator) { canvas.adjustGamma(generator.logUniform(in: gamma.range)) }
    colourJitter?.apply(to: canvas, generator: &generator)
    if happens(greyscale, &generator) { canvas.makeGrey() }
    if let blur, happens(blur.probability, &generator) {
      let radius = max(1, wholeNumber((Double(size) * Double(blur.kernel)).rounded(.down), in: 0...size) / 2)
      canvas.blur(radius: radius, sigma: generator.uniform(in: blur.sigma))
    }
    if let solarize, happens(solarize.probability, &generator) { canvas.solarize(threshold: solarize.threshold) }
    if let noise, happens(noise.probability, &generator) {
      canvas.addNoise(sigma: generator.uniform(in: noise.sigma), seed: generator.next())
    }
    if let erasing, happens(erasing.probability, &generator) {
      let box = CropBox.erasing(
        width: size, height: size, scale: erasing.scale, ratio: erasing.ratio, generator: &generator)
      if let box { canvas.erase(box, value: erasing.value) }
    }
    canvas.write(normalisedBy: normalisation, into: target)
  }

  /// The same, on a canvas borrowed from the list of the process, which holds one for each thread that renders at a
  /// time.
  package func render(
    _ picture: PicturePart, size: Int, generator: inout ViewGenerator, into target: UnsafeMutablePointer<Float>
  ) {
    let idle = idleCanvases.withLock { $0.popLast() } ?? IdleCanvas()
    render(picture, size: size, generator: &generator, canvas: idle.canvas, into: target)
    idleCanvases.withLock { $0.append(idle) }
  }

  /// The same, from a whole picture.
  package func render(
    _ picture: Picture, size: Int, generator: inout ViewGenerator, into target: UnsafeMutablePointer<Float>
  ) {
    render(PicturePart(picture), size: size, generator: &generator, into: target)
  }

  /// The box of a picture of this size that a view shows: what `render` draws first from a generator in this state.
  package func box(width: Int, height: Int, generator: ViewGenerator) -> CropBox {
    var generator = generator
    return drawBox(width: width, height: height, generator: &generator) ?? .whole(of: width, height)
  }

  private func drawBox(width: Int, height: Int, generator: inout ViewGenerator) -> CropBox? {
    crop.map {
      CropBox.random(width: width, height: height, scale: $0.scale, ratio: $0.ratio, generator: &generator)
    }
  }

  private func load(_ picture: PicturePart, size: Int, on canvas: ViewCanvas, generator: inout ViewGenerator) {
    let box = drawBox(width: picture.width, height: picture.height, generator: &generator)
    let isFlippedAcross = happens(horizontalFlip, &generator)
    let isFlippedDown = happens(verticalFlip, &generator)
    if let box {
      canvas.load(
        picture, crop: box, width: size, height: size, filter: filter, flippedHorizontally: isFlippedAcross,
        flippedVertically: isFlippedDown)
    } else {
      precondition(picture.box == .whole(of: picture.width, picture.height), "the centre is that of a whole picture")
      canvas.load(
        centreOf: picture.pixels, size: size, filter: filter, flippedHorizontally: isFlippedAcross,
        flippedVertically: isFlippedDown)
    }
  }

  private func happens(_ probability: Float, _ generator: inout ViewGenerator) -> Bool {
    probability > 0 && generator.happens(probability)
  }
}

extension ImageRecipe.Window {
  func draw(from generator: inout ViewGenerator) -> ClosedRange<Float> {
    let width = min(generator.logUniform(in: width), 1)
    let lowest = (1 - width) * generator.uniform()
    return lowest...lowest + width
  }
}

extension ImageRecipe.Affine {
  func draw(side: Int, from generator: inout ViewGenerator) -> AffineMap {
    let angle = generator.uniform(around: degrees)
    let reach = translation * Float(side)
    return AffineMap(
      angle: angle, shiftX: generator.uniform(around: reach).rounded(.toNearestOrEven),
      shiftY: generator.uniform(around: reach).rounded(.toNearestOrEven), scale: generator.uniform(in: scale),
      shearX: generator.uniform(around: shear))
  }
}

extension ImageRecipe.Perspective {
  func draw(side: Int, from generator: inout ViewGenerator) -> PerspectiveMap {
    let reach = wholeNumber(Double(distortion * Float(side) / 2).rounded(.down), in: 0...side / 2)
    func shift() -> PerspectiveMap.Shift {
      PerspectiveMap.Shift(
        across: Float(generator.integer(below: reach + 1)), down: Float(generator.integer(below: reach + 1)))
    }
    return PerspectiveMap(topLeft: shift(), topRight: shift(), bottomRight: shift(), bottomLeft: shift())
  }
}

extension ImageRecipe.ColourJitter {
  /// The four parts run in random order, uniform over the 24 possible ones, as in torchvision's ColorJitter.
  func apply(to canvas: ViewCanvas, generator: inout ViewGenerator) {
    guard probability > 0, generator.happens(probability) else { return }
    func factor(_ strength: Float) -> Float {
      let least = max(0, 1 - strength)
      return least + (1 + strength - least) * generator.uniform()
    }
    let factors = (factor(brightness), factor(contrast), factor(saturation), generator.uniform(around: hue))
    // The remaining parts in the order of their numbers, four bits each: no array, because this runs for every view.
    var rest = 0x3210
    for count in stride(from: 4, to: 0, by: -1) {
      let place = 4 * generator.integer(below: count)
      let part = (rest >> place) & 15
      rest = (rest & (1 << place - 1)) | ((rest >> (place + 4)) << place)
      switch part {
      case 0 where brightness > 0: canvas.adjustBrightness(factors.0)
      case 1 where contrast > 0: canvas.adjustContrast(factors.1)
      case 2 where saturation > 0: canvas.adjustSaturation(factors.2)
      case 3 where hue > 0: canvas.adjustHue(factors.3)
      default: break
      }
    }
  }
}

/// Passes a canvas, which is not Sendable, between threads: only one thread at a time can take it from the list.
private struct IdleCanvas: @unchecked Sendable {
  let canvas = ViewCanvas()
}

private let idleCanvases = Mutex<[IdleCanvas]>([])
