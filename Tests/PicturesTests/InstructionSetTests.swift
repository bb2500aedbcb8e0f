import CPixels
import Testing

@testable import Pictures

/// Views are the same to the bit whichever instructions the processor has.
///
/// One test, as the choice belongs to the process.
@Suite struct InstructionSetTests {
  private struct Case {
    let picture: Picture
    let crop: CropBox
    let side: (width: Int, height: Int)
    let filter: ResizeFilter
    let isFlipped: Bool
  }

  private func cases() throws -> [Case] {
    var cases: [Case] = []
    for channels in [1, 3, 5] {
      let bytes = randomPicture(131, 97, channels)
      guard case .uint8(let samples) = bytes.samples else { continue }
      let pictures = [
        bytes,
        try #require(
          Picture(width: 131, height: 97, channels: channels, samples: .uint16(samples.map { UInt16($0) * 257 }))),
        try #require(
          Picture(width: 131, height: 97, channels: channels, samples: .float32(samples.map { Float($0) / 200 - 0.1 }))),
      ]
      for picture in pictures {
        // Enlarged, reduced a little, and so far that sixteen neighbours lie apart; sides that no register divides.
        for (crop, side) in [
          (CropBox(left: 3, top: 5, width: 21, height: 18), (64, 48)), (.whole(picture), (100, 83)),
          (.whole(picture), (23, 17)), (CropBox(left: 130, top: 96, width: 1, height: 1), (1, 1)),
          (CropBox(left: 7, top: 0, width: 90, height: 97), (31, 65)),
        ] {
          for filter in ResizeFilter.allCases {
            for isFlipped in [false, true] {
              cases.append(Case(picture: picture, crop: crop, side: side, filter: filter, isFlipped: isFlipped))
            }
          }
        }
      }
    }
    return cases
  }

  private func view(_ each: Case) -> [Float] {
    let canvas = ViewCanvas()
    canvas.load(
      each.picture, crop: each.crop, width: each.side.width, height: each.side.height, filter: each.filter,
      flippedHorizontally: each.isFlipped)
    var values = canvas.values
    canvas.adjustContrast(1.3)
    canvas.adjustHue(0.17)
    canvas.adjustBrightness(0.9)
    canvas.adjustContrast(0.8)
    canvas.adjustSaturation(1.6)
    canvas.blur(radius: 4, sigma: 1.3)
    canvas.blur(radius: 16, sigma: 5)
    canvas.blur(radius: 21, sigma: 8)
    canvas.transform(AffineMap(angle: 12, shiftX: 1.5, scale: 1.1))
    let shift = PerspectiveMap.Shift(across: 1, down: 0)
    canvas.transform(PerspectiveMap(topLeft: shift, topRight: shift, bottomRight: shift, bottomLeft: shift))
    canvas.adjustGamma(1.7)
    canvas.addNoise(sigma: 0.03, seed: 99)
    canvas.solarize(threshold: 0.6)
    let channels = each.picture.channels == 1 ? 3 : each.picture.channels
    var written = [Float](repeating: .nan, count: channels * each.side.width * each.side.height)
    canvas.write(
      normalisedBy: .init(
        mean: (0..<channels).map { 0.4 + 0.01 * Float($0) }, deviation: (0..<channels).map { 0.2 + 0.01 * Float($0) }),
      into: &written)
    values += written
    return values
  }

  @Test func viewsAreTheSameWithAllOfThem() throws {
    let best = cpixels_instructions()
    defer { _ = cpixels_use(best) }
    let cases = try cases()
    #expect(cpixels_use(cpixels_portable) != 0)
    let expected = cases.map(view)
    #expect(expected.allSatisfy { $0.allSatisfy(\.isFinite) })
    var others = 0
    for set in [cpixels_avx2, cpixels_avx512] where cpixels_use(set) != 0 {
      others += 1
      #expect(cpixels_instructions() == set)
      for (each, values) in zip(cases, expected) {
        let differing = zip(view(each), values).count { $0.bitPattern != $1.bitPattern }
        #expect(
          differing == 0,
          "set \(set.rawValue), \(each.picture.channels) channels to \(each.side), \(each.filter): \(differing) values")
      }
    }
    // The best is among those that were compared, or is the portable one.
    #expect(others > 0 || best == cpixels_portable)
  }

  /// Steps that run together give the same as one by one.
  @Test func colourStepsDoNotDependOnHowTheyAreGathered() {
    for (width, height) in [(224, 224), (33, 31), (5, 1), (1, 1)] {
      let picture = randomPicture(width, height, 3)
      func canvas() -> ViewCanvas {
        let canvas = ViewCanvas()
        canvas.load(picture, crop: .whole(picture), width: width, height: height)
        return canvas
      }
      let (together, apart) = (canvas(), canvas())
      let steps: [(ViewCanvas) -> Void] = [
        { $0.adjustContrast(0.7) }, { $0.adjustBrightness(1.2) }, { $0.adjustContrast(1.4) }, { $0.adjustHue(-0.2) },
        { $0.adjustSaturation(0.3) }, { $0.makeGrey() }, { $0.solarize(threshold: 0.4) }, { $0.adjustContrast(1.1) },
      ]
      for step in steps {
        step(together)
        step(apart)
        _ = apart.values
      }
      #expect(together.values.map(\.bitPattern) == apart.values.map(\.bitPattern))
    }
  }
}
