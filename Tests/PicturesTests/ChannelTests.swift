import Foundation
import Samples
import Settings
import Testing

@testable import Pictures

/// Pictures of any number of channels and any depth: what happens to each channel is what would happen to it alone.
@Suite struct ChannelTests {
  private func channel(_ c: Int, of picture: Picture) -> Picture {
    guard case .uint8(let samples) = picture.samples else { return picture }
    let one = stride(from: c, to: samples.count, by: picture.channels).map { samples[$0] }
    return Picture(width: picture.width, height: picture.height, channels: 1, samples: .uint8(one))!
  }

  static let operations: [(name: String, apply: @Sendable (ViewCanvas) -> Void)] = [
    ("nothing", { _ in }),
    ("brightness", { $0.adjustBrightness(1.3) }),
    ("contrast", { $0.adjustContrast(0.4) }),
    ("saturation", { $0.adjustSaturation(0.1) }),
    ("hue", { $0.adjustHue(0.3) }),
    ("grey", { $0.makeGrey() }),
    ("solarize", { $0.solarize(threshold: 0.6) }),
    ("blur", { $0.blur(radius: 2, sigma: 1.1) }),
    ("affine", { $0.transform(AffineMap(angle: 20, shiftX: 2, scale: 0.9), fill: 0.5) }),
    ("erase", { $0.erase(CropBox(left: 2, top: 3, width: 4, height: 5), value: 0.2) }),
  ]

  @Test(arguments: operations.indices, [2, 4, 5, 16])
  func everyOperationTreatsChannelsAlone(_ operation: Int, channels: Int) {
    let picture = randomPicture(23, 17, channels)
    let (canvas, alone) = (ViewCanvas(), ViewCanvas())
    for filter in ResizeFilter.allCases {
      canvas.load(
        picture, crop: CropBox(left: 3, top: 1, width: 18, height: 14), width: 11, height: 9, filter: filter,
        flippedHorizontally: true)
      Self.operations[operation].apply(canvas)
      for c in 0..<channels {
        alone.load(
          channel(c, of: picture), crop: CropBox(left: 3, top: 1, width: 18, height: 14), width: 11, height: 9,
          filter: filter, flippedHorizontally: true)
        Self.operations[operation].apply(alone)
        let plane = Array(canvas.values[c * 99..<(c + 1) * 99])
        #expect(largestDifference(plane, alone.values) < 2e-6, "\(Self.operations[operation].name)")
      }
    }
  }

  @Test(arguments: [1, 3, 4])
  func everyDepthGivesTheSameView(channels: Int) throws {
    let picture = randomPicture(40, 31, channels)
    guard case .uint8(let samples) = picture.samples else { return }
    let canvas = ViewCanvas()
    canvas.load(centreOf: picture, size: 13)
    let expected = canvas.values
    for deep in [
      Picture.Samples.uint16(samples.map { UInt16($0) * 257 }), .float32(samples.map { Float($0) / 255 }),
    ] {
      canvas.load(
        centreOf: try #require(Picture(width: 40, height: 31, channels: channels, samples: deep)), size: 13)
      #expect(largestDifference(canvas.values, expected) < 1e-6)
    }
    let wild = Picture(width: 2, height: 1, channels: 1, samples: .float32([-1e30, 1e30]))!
    canvas.load(wild, crop: .whole(wild), width: 2, height: 1)
    #expect(canvas.values == [0, 1])
  }

  @Test func viewsHaveAsManyChannelsAsTheNormalisation() {
    let picture = randomPicture(6, 5, 4)
    let normalisation = ImageRecipe.Normalisation(mean: [0.1, 0.2, 0.3, 0.4], deviation: [1, 2, 3, 4])
    let canvas = ViewCanvas()
    canvas.load(picture, crop: .whole(picture), width: 6, height: 5)
    let values = canvas.values
    var written = [Float](repeating: .nan, count: 120)
    canvas.write(normalisedBy: normalisation, into: &written)
    let expected = (0..<30).flatMap { i in
      (0..<4).map { c in (values[c * 30 + i] - normalisation.mean[c]) / normalisation.deviation[c] }
    }
    #expect(largestDifference(written, expected) < 1e-6)
    var recipe = ImageRecipe.simclr
    recipe.normalisation = normalisation
    #expect(recipe.channelCount == 4 && recipe.takes(channels: 4) && !recipe.takes(channels: 1))
    #expect(ImageRecipe.simclr.takes(channels: 1) && ImageRecipe.simclr.takes(channels: 3))
    for sample in 0..<20 {
      var generator = ViewGenerator(seed: 1, epoch: 0, sample: sample, view: 0)
      var view = [Float](repeating: .nan, count: 4 * 64 + 1)
      recipe.render(picture, size: 8, generator: &generator, into: &view)
      #expect(view[..<256].allSatisfy(\.isFinite) && view[256].isNaN)
    }
  }

  @Test func normalisationsOfOldRunsAreRead() throws {
    let old = """
      {"mean": {"red": 0.485, "green": 0.456, "blue": 0.406},
       "deviation": {"red": 0.229, "green": 0.224, "blue": 0.225}}
      """
    let read = try JSONDecoder().decode(ImageRecipe.Normalisation.self, from: Data(old.utf8))
    #expect(read == .imageNet)
    let again = try JSONDecoder().decode(
      ImageRecipe.Normalisation.self, from: JSONEncoder().encode(ImageRecipe.Normalisation.imageNet))
    #expect(again == .imageNet)
    let rule = try JSONDecoder().decode(
      CanonicalDecode.self, from: Data(#"{"shortSide": 128, "maxPixels": 250000000}"#.utf8))
    #expect(rule == CanonicalDecode(shortSide: 128))
  }

  @Test func normalisationsOutOfRangeAreNamed() {
    for normalisation in [
      ImageRecipe.Normalisation(mean: [0], deviation: [1, 1]), .init(mean: [], deviation: []),
      .init(mean: .init(repeating: 0, count: 17), deviation: .init(repeating: 1, count: 17)),
    ] {
      var recipe = ImageRecipe.simclr
      recipe.normalisation = normalisation
      let error = #expect(throws: SettingError.self) { try recipe.validate() }
      #expect(error?.name.hasPrefix("normalisation.") == true)
    }
  }
}
