import Foundation
import Samples
import Settings
import Testing

@testable import Pictures

@Suite struct RecipeTests {
  static let presets: [(String, ImageRecipe)] = [
    ("simclr", .simclr), ("simclrCIFAR", .simclrCIFAR), ("small", .small), ("intensity", .intensity),
    ("shapes", .shapes), ("lighting", .lighting), ("centre", .centre),
    ("mocoV2", .mocoV2), ("mocoV3First", .mocoV3First), ("mocoV3Second", .mocoV3Second), ("byolFirst", .byolFirst),
    ("byolSecond", .byolSecond), ("supcon", .supcon), ("upright", .upright),
    ("jigsaw", .jigsaw),
  ]

  private func render(_ recipe: ImageRecipe, _ picture: Picture, size: Int, sample: Int, view: Int = 0) -> [Float] {
    var generator = ViewGenerator(seed: 9, epoch: 2, sample: sample, view: view)
    var view = [Float](repeating: .nan, count: 3 * size * size)
    recipe.render(picture, size: size, generator: &generator, into: &view)
    return view
  }

  @Test(arguments: presets.map(\.1), [1, 3])
  func everyPresetGivesFiniteViewsOfAnyPicture(_ recipe: ImageRecipe, channels: Int) {
    for (width, height) in [(64, 64), (150, 40), (9, 200), (1, 1), (1, 30), (3, 2)] {
      for size in [1, 2, 17, 32] {
        for sample in 0..<8 {
          let view = render(recipe, randomPicture(width, height, channels), size: size, sample: sample)
          // Normalised, black is -2.2 and white at most 2.7. Only noise exceeds them, by less than six deviations.
          let noise = 6 * (recipe.noise?.sigma.upperBound ?? 0) / 0.22
          #expect(view.allSatisfy { $0 > -2.2 - noise && $0 < 2.7 + noise })
        }
      }
    }
  }

  @Test func viewsAreTheSameInAnyOrderAndOnAnyThread() {
    let picture = randomPicture(80, 60, 3)
    for (_, recipe) in Self.presets {
      let inOrder = (0..<24).map { render(recipe, picture, size: 24, sample: $0) }
      let results = LockedArray(count: 24)
      let threads = (0..<4).map { thread in
        let worker = Thread {
          for sample in stride(from: 23 - thread, through: 0, by: -4) {
            results.set(sample, self.render(recipe, picture, size: 24, sample: sample))
          }
        }
        worker.start()
        return worker
      }
      while threads.contains(where: { !$0.isFinished }) { Thread.sleep(forTimeInterval: 0.001) }
      #expect(results.values == inOrder)
    }
  }

  @Test func viewsDifferBetweenSamplesAndViews() {
    let picture = randomPicture(80, 60, 3)
    for (name, recipe) in Self.presets where name != "centre" {
      let views = Set((0..<50).flatMap { s in (0..<2).map { render(recipe, picture, size: 8, sample: s, view: $0) } })
      // Boxes of nearly the whole area often do not fit at any drawn ratio. Then it is the largest box that fits.
      #expect(name == "jigsaw" ? views.count > 50 : views.count == 100, "\(name)")
    }
    #expect(render(.centre, picture, size: 8, sample: 0) == render(.centre, picture, size: 8, sample: 1))
  }

  @Test func theCanvasCarriesNothingFromViewToView() {
    let picture = randomPicture(40, 40, 3)
    let canvas = ViewCanvas()
    for (size, sample) in [(48, 0), (16, 1), (31, 2), (8, 3), (48, 4)] {
      var generator = ViewGenerator(seed: 9, epoch: 2, sample: sample, view: 0)
      var view = [Float](repeating: .nan, count: 3 * size * size)
      ImageRecipe.shapes.render(PicturePart(picture), size: size, generator: &generator, canvas: canvas, into: &view)
      #expect(view == render(.shapes, picture, size: size, sample: sample))
    }
  }

  @Test(arguments: presets.map(\.1))
  func recipesSurviveTheirFile(_ recipe: ImageRecipe) throws {
    try recipe.validate()
    let data = try JSONEncoder().encode(recipe)
    #expect(try JSONDecoder().decode(ImageRecipe.self, from: data) == recipe)
  }

  @Test func numbersOutOfRangeAreNamed() {
    func field(_ change: (inout ImageRecipe) -> Void) -> String? {
      var recipe = ImageRecipe.simclr
      change(&recipe)
      do throws(SettingError) { try recipe.validate() } catch { return error.name }
      return nil
    }
    #expect(field { $0.crop!.scale = 0...1 } == "crop.scale")
    #expect(field { $0.crop!.ratio = -1...1 } == "crop.ratio")
    #expect(field { $0.greyscale = 1.5 } == "greyscale")
    #expect(field { $0.horizontalFlip = .nan } == "horizontalFlip")
    #expect(field { $0.colourJitter!.hue = 0.6 } == "colourJitter.hue")
    #expect(field { $0.blur!.sigma = 0...2 } == "blur.sigma")
    #expect(field { $0.noise = .init(probability: 1, sigma: -1...1) } == "noise.sigma")
    #expect(field { $0.normalisation.deviation[1] = 0 } == "normalisation.deviation[1]")
    #expect(field { _ in } == nil)
  }

  @Test func nonsenseThatWasNotValidatedStillRenders() {
    var recipe = ImageRecipe.simclr
    recipe.crop = .init(scale: -5...(.infinity), ratio: -1...0)
    recipe.colourJitter = .init(probability: 2, brightness: -3, contrast: .nan, saturation: .infinity, hue: -9)
    recipe.affine = .init(degrees: .nan, translation: .infinity, scale: 0...0, shear: 90)
    recipe.blur = .init(probability: 1, kernel: .infinity, sigma: -1...0)
    recipe.noise = .init(probability: 1, sigma: -1...(.infinity))
    recipe.erasing = .init(probability: 1, scale: -1...1e30, ratio: 0...0)
    for sample in 0..<50 { _ = render(recipe, randomPicture(20, 10, 3), size: 12, sample: sample) }
  }
}

/// What threads write into, each its own element.
private final class LockedArray: @unchecked Sendable {
  private let lock = NSLock()
  private(set) var values: [[Float]]
  init(count: Int) { values = .init(repeating: [], count: count) }
  func set(_ index: Int, _ value: [Float]) { lock.withLock { values[index] = value } }
}
