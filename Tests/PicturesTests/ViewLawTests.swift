import Testing

@testable import Pictures

/// What must hold for any picture.
@Suite struct ViewLawTests {
  private func canvas(_ picture: Picture) -> ViewCanvas {
    let canvas = ViewCanvas()
    canvas.load(picture, crop: .whole(picture), width: picture.width, height: picture.height)
    return canvas
  }

  private func planar(_ picture: Picture) -> [Float] {
    guard case .uint8(let samples) = picture.samples else { return [] }
    let count = picture.width * picture.height
    return (0..<picture.channels).flatMap { c in (0..<count).map { Float(samples[$0 * picture.channels + c]) / 255 } }
  }

  @Test(arguments: [1, 3], ResizeFilter.allCases)
  func theWholePictureAtItsSizeIsThePicture(channels: Int, filter: ResizeFilter) {
    let picture = randomPicture(37, 23, channels)
    let canvas = ViewCanvas()
    canvas.load(picture, crop: .whole(picture), width: 37, height: 23, filter: filter)
    #expect(largestDifference(canvas.values, planar(picture)) < 1e-6)
  }

  @Test func aCropAtItsSizeIsThatPartOfThePicture() {
    let picture = randomPicture(40, 30, 3)
    let canvas = ViewCanvas()
    canvas.load(picture, crop: CropBox(left: 21, top: 4, width: 17, height: 26), width: 17, height: 26)
    let whole = planar(picture)
    let part = (0..<3).flatMap { c in
      (4..<30).flatMap { y in (21..<38).map { x in whole[(c * 30 + y) * 40 + x] } }
    }
    #expect(largestDifference(canvas.values, part) < 1e-6)
  }

  @Test func aCropOutsideThePictureIsCutToIt() {
    let picture = randomPicture(10, 8, 3)
    let canvas = ViewCanvas()
    for box in [
      CropBox(left: -5, top: -5, width: 100, height: 100), CropBox(left: 50, top: 50, width: 3, height: 3),
      CropBox(left: 0, top: 0, width: -3, height: 0),
    ] {
      canvas.load(picture, crop: box, width: 6, height: 6)
      #expect(canvas.values.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func flippingTheFlippedPictureGivesThePicture() {
    let picture = randomPicture(19, 14, 3)
    let canvas = ViewCanvas()
    canvas.load(
      picture, crop: .whole(picture), width: 19, height: 14, flippedHorizontally: true, flippedVertically: true)
    let count = 19 * 14
    let twice = (0..<3).flatMap { c in canvas.values[c * count..<(c + 1) * count].reversed() }
    #expect(largestDifference(twice, planar(picture)) < 1e-6)
  }

  @Test func aConstantPictureStaysConstant() {
    let picture = Picture(
      width: 50, height: 31, channels: 3, samples: .uint8(.init(repeating: 77, count: 50 * 31 * 3)))!
    let canvas = ViewCanvas()
    for filter in ResizeFilter.allCases {
      for side in [1, 7, 64] {
        canvas.load(
          picture, crop: CropBox(left: 3, top: 2, width: 41, height: 27), width: side, height: side, filter: filter)
        canvas.blur(radius: 5, sigma: 1.5)
        canvas.adjustContrast(1.7)
        canvas.adjustHue(0.3)
        // Torchvision's weights of grey add up to 0.9999, so contrast changes even a constant picture a little.
        #expect(canvas.values.allSatisfy { abs($0 - 77 / 255) < 5e-5 })
      }
    }
  }

  @Test func neutralParametersChangeNothing() {
    let picture = randomPicture(33, 21, 3)
    let canvas = canvas(picture)
    canvas.adjustHue(0)
    canvas.adjustBrightness(1)
    canvas.adjustContrast(1)
    canvas.adjustSaturation(1)
    canvas.transform(AffineMap())
    canvas.adjustGamma(1)
    canvas.blur(radius: 0, sigma: 1)
    canvas.addNoise(sigma: 0, seed: 5)
    canvas.solarize(threshold: 1.1)
    canvas.erase(CropBox(left: 3, top: 3, width: 0, height: 4), value: 0)
    #expect(largestDifference(canvas.values, planar(picture)) < 2e-6)
  }

  @Test func hueTurnsAddUpToTheFullCircle() {
    let picture = randomPicture(16, 16, 3)
    let canvas = canvas(picture)
    for _ in 0..<5 { canvas.adjustHue(0.2) }
    #expect(largestDifference(canvas.values, planar(picture)) < 1e-5)
  }

  @Test func greyOfGreyIsGrey() {
    let canvas = canvas(randomPicture(17, 16, 3))
    canvas.makeGrey()
    let once = canvas.values
    #expect(once[0..<272] == once[272..<544] && once[0..<272] == once[544...])
    canvas.makeGrey()
    // The weights of torchvision add up to 0.9999.
    #expect(largestDifference(once, canvas.values) < 1.1e-4)
    canvas.adjustSaturation(0)
    #expect(canvas.values[0..<272] == canvas.values[544...])
  }

  @Test func quarterTurnsMovePixelsExactly() {
    let picture = randomPicture(15, 15, 1)
    let canvas = canvas(picture)
    canvas.transform(AffineMap(angle: 90))
    let source = planar(picture)
    let turned = (0..<15).flatMap { y in (0..<15).map { x in source[(14 - x) * 15 + y] } }
    #expect(largestDifference(canvas.values, turned) < 1e-4)
  }

  @Test func blurOfALineShorterThanTheKernelStaysInRange() {
    for (width, height) in [(1, 1), (2, 1), (1, 5), (3, 2)] {
      let canvas = canvas(randomPicture(width, height, 3))
      canvas.blur(radius: 11, sigma: 2)
      #expect(canvas.values.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func noiseIsNormal() {
    let grey = Picture(width: 401, height: 301, channels: 1, samples: .uint8(.init(repeating: 128, count: 401 * 301)))!
    let canvas = canvas(grey)
    canvas.addNoise(sigma: 0.08, seed: 0xDEAD_BEEF_1234)
    let z = canvas.values.map { (Double($0) - 128 / 255) / 0.08 }
    let count = Double(z.count)
    func moment(_ power: Int) -> Double {
      z.reduce(0) { sum, x in sum + (0..<power).reduce(1) { p, _ in p * x } } / count
    }
    #expect(abs(moment(1)) < 0.012)
    #expect(abs(moment(2) - 1) < 0.02)
    #expect(abs(moment(3)) < 0.04)
    #expect(abs(moment(4) - 3) < 0.1)
    #expect(abs(Double(z.count { abs($0) < 1 }) / count - 0.6827) < 0.006)
    #expect(z.map(abs).max()! > 3.7)
    let neighbours = zip(z, z.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count
    let halves = zip(z, z.dropFirst(z.count / 2)).reduce(0) { $0 + $1.0 * $1.1 } / (count / 2)
    #expect(abs(neighbours) < 0.012 && abs(halves) < 0.016)

    let again = self.canvas(grey)
    again.addNoise(sigma: 0.08, seed: 0xDEAD_BEEF_1235)
    let other = again.values.map { (Double($0) - 128 / 255) / 0.08 }
    #expect(abs(zip(z, other).reduce(0) { $0 + $1.0 * $1.1 } / count) < 0.012)
  }

  /// If noise were clipped at black, it would brighten a black background by 0.4 of its deviation.
  @Test func noiseLeavesBlackGroundBlackOnAverage() {
    let canvas = canvas(
      Picture(width: 101, height: 101, channels: 1, samples: .uint8(.init(repeating: 0, count: 101 * 101)))!)
    canvas.addNoise(sigma: 0.2, seed: 17)
    let values = canvas.values
    #expect(abs(values.reduce(0, +) / Float(values.count)) < 0.01)
    #expect(abs(Float(values.count { $0 < 0 }) / Float(values.count) - 0.5) < 0.02)
  }

  @Test func normalisationIsChannelsLastAndRepeatsGrey() {
    for channels in [1, 3] {
      let picture = randomPicture(6, 5, channels)
      var written = [Float](repeating: .nan, count: 90)
      canvas(picture).write(normalisedBy: .imageNet, into: &written)
      let values = planar(picture)
      let (mean, deviation) = ([0.485, 0.456, 0.406] as [Float], [0.229, 0.224, 0.225] as [Float])
      let expected = (0..<30).flatMap { i in
        (0..<3).map { c in (values[(channels == 3 ? c : 0) * 30 + i] - mean[c]) / deviation[c] }
      }
      #expect(largestDifference(written, expected) < 1e-5)
    }
  }

  @Test func aCanvasNeverUsedDoesNothing() {
    let canvas = ViewCanvas()
    canvas.adjustBrightness(2)
    canvas.adjustContrast(2)
    canvas.blur(radius: 2, sigma: 1)
    canvas.transform(AffineMap(angle: 5))
    canvas.erase(CropBox(left: 0, top: 0, width: 5, height: 5), value: 1)
    canvas.addNoise(sigma: 1, seed: 1)
    #expect(canvas.values.isEmpty)
  }
}
