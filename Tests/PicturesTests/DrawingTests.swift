import Samples
import Testing

@testable import Pictures

/// The distributions that parameters are drawn from.
@Suite struct DrawingTests {
  private func generator(_ sample: Int) -> ViewGenerator { ViewGenerator(seed: 4, epoch: 0, sample: sample, view: 1) }

  @Test func cropsHaveTheAreasRatiosAndPlacesAskedFor() {
    let boxes = (0..<20_000).map { sample in
      var generator = generator(sample)
      return CropBox.random(width: 300, height: 200, scale: 0.08...1, ratio: 0.75...4 / 3, generator: &generator)
    }
    #expect(
      boxes.allSatisfy {
        $0.left >= 0 && $0.top >= 0 && $0.width > 0 && $0.left + $0.width <= 300 && $0.top + $0.height <= 200
      })
    let areas = boxes.map { Double($0.width * $0.height) / 60_000 }
    #expect(areas.min()! > 0.075 && areas.min()! < 0.09)
    // Boxes above 0.5 of this 3:2 picture fit only at some ratios, so the density is flat only below.
    let low = areas.filter { $0 < 0.3 }
    #expect(abs(low.reduce(0, +) / Double(low.count) - 0.19) < 0.004)
    let ratios = boxes.map { Double($0.width) / Double($0.height) }
    #expect(ratios.min()! > 0.73 && ratios.max()! < 1.5001)
    let small = boxes.filter { $0.width * $0.height < 12_000 }
    let wide = Double(small.count { $0.width > $0.height }) / Double(small.count)
    #expect(abs(wide - 0.5) < 0.03)
    let places = small.map { Double($0.left) / Double(300 - $0.width) }
    #expect(abs(places.reduce(0, +) / Double(places.count) - 0.5) < 0.02)
    #expect(places.max() == 1 && places.min() == 0)
  }

  @Test func cropsThatNeverFitFallBackToTheCentre() {
    var generator = generator(0)
    func box(_ width: Int, _ height: Int) -> CropBox {
      CropBox.random(width: width, height: height, scale: 1...1, ratio: 0.75...4 / 3, generator: &generator)
    }
    #expect(box(1000, 30) == CropBox(left: 480, top: 0, width: 40, height: 30))
    #expect(box(30, 1000) == CropBox(left: 0, top: 480, width: 30, height: 40))
    #expect(box(1, 1) == CropBox(left: 0, top: 0, width: 1, height: 1))
  }

  @Test func erasedBoxesAreSmallerThanTheView() {
    for sample in 0..<5000 {
      var generator = generator(sample)
      let box = CropBox.erasing(width: 20, height: 16, scale: 0.02...0.33, ratio: 0.3...3.3, generator: &generator)
      guard let box else { continue }
      #expect(box.width < 20 && box.height < 16 && box.left + box.width <= 20 && box.top + box.height <= 16)
    }
    var square = generator(1)
    let box = CropBox.erasing(
      width: 32, height: 32, scale: 81 / 1024...81 / 1024, ratio: 1...1, generator: &square)
    #expect(box?.width == 9 && box?.height == 9)
  }

  @Test func probabilitiesAreKept() {
    // Each operation separately, recognised by its effect on a picture that all of them change.
    let picture = GoldenViews.all.picture("rgb8")
    let plain = ImageRecipe(normalisation: .none)
    let cases: [(Double, (inout ImageRecipe) -> Void)] = [
      (0.3, { $0.horizontalFlip = 0.3 }), (0.6, { $0.verticalFlip = 0.6 }), (0.2, { $0.greyscale = 0.2 }),
      (0.8, { $0.colourJitter = .strength(0.5) }), (0.5, { $0.blur = .init(probability: 0.5, sigma: 1...2) }),
      (0.25, { $0.solarize = .init(probability: 0.25) }),
      (0.7, { $0.noise = .init(probability: 0.7, sigma: 0.1...0.1) }),
      (0.4, { $0.erasing = .init(probability: 0.4, value: 0.3) }),
    ]
    func view(_ recipe: ImageRecipe, _ sample: Int) -> [Float] {
      var view = [Float](repeating: 0, count: 3 * 12 * 12)
      var generator = generator(sample)
      recipe.render(picture, size: 12, generator: &generator, into: &view)
      return view
    }
    let unchanged = view(plain, 0)
    for (probability, change) in cases {
      var recipe = plain
      change(&recipe)
      let share = Double((0..<4000).count { view(recipe, $0) != unchanged }) / 4000
      #expect(abs(share - probability) < 0.03, "\(recipe)")
    }
  }

  @Test func jitterRunsItsPartsInEveryOrder() {
    // Contrast and brightness do not commute: with strengths that fix the factors the two orders give two pictures.
    let picture = GoldenViews.all.picture("rgb8")
    let canvas = ViewCanvas()
    let jitter = ImageRecipe.ColourJitter(probability: 1, brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.3)
    var views = Set<[Float]>()
    for sample in 0..<400 {
      var generator = generator(sample)
      canvas.load(centreOf: picture, size: 6)
      jitter.apply(to: canvas, generator: &generator)
      views.insert(canvas.values)
    }
    #expect(views.count == 400)
  }

  @Test func affineParametersStayInTheirRanges() {
    let affine = ImageRecipe.Affine(degrees: 20, translation: 0.2, scale: 0.7...1.25, shear: 10)
    let maps = (0..<10_000).map { sample in
      var generator = generator(sample)
      return affine.draw(side: 32, from: &generator)
    }
    #expect(maps.allSatisfy { abs($0.angle) <= 20 && abs($0.shearX) <= 10 && $0.shearY == 0 })
    #expect(
      maps.allSatisfy { abs($0.shiftX) <= 6 && $0.shiftX == $0.shiftX.rounded() && (0.7...1.25).contains($0.scale) })
    #expect(maps.map(\.angle).max()! > 19.9 && maps.map(\.angle).min()! < -19.9)
    #expect(Set(maps.map(\.shiftY)).count == 13)
  }

  @Test func generatorsNumbersHaveTheirDistributions() {
    var generator = generator(0)
    let normal = (0..<50_000).map { _ in Double(generator.normal()) }
    #expect(abs(normal.reduce(0, +) / 50_000) < 0.02)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 50_000 - 1) < 0.03)
    #expect(normal.allSatisfy { $0.isFinite } && normal.map(abs).max()! > 3.6)

    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.integer(below: 7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 450 })
    #expect(generator.integer(below: 0) == 0 && generator.integer(below: -3) == 0)

    let ratios = (0..<20_000).map { _ in generator.logUniform(in: 0.25...4) }
    #expect(ratios.allSatisfy { (0.2499...4.001).contains($0) })
    #expect(abs(Double(ratios.count { $0 < 1 }) / 20_000 - 0.5) < 0.02)
    #expect(abs(Double(ratios.count { $0 > 2 }) / 20_000 - 0.25) < 0.02)
    #expect((0..<1000).allSatisfy { _ in abs(generator.uniform(around: 3)) <= 3 })
  }
}
