import Testing

@testable import Pictures

/// Every operation against torchvision at fixed parameters. The golden values are exact to 8e-6.
@Suite struct GoldenViewTests {
  @Test(arguments: GoldenViews.all.cases)
  func agreesWithTorchvision(_ golden: GoldenViews.Case) throws {
    let picture = GoldenViews.all.picture(golden.picture)
    let canvas = ViewCanvas()
    canvas.load(picture, crop: .whole(picture), width: picture.width, height: picture.height)
    switch golden.operation {
    case "crop":
      let box = CropBox(
        left: golden.int("left"), top: golden.int("top"), width: golden.int("width"), height: golden.int("height"))
      canvas.load(
        picture, crop: box, width: golden.int("outWidth"), height: golden.int("outHeight"),
        filter: try #require(ResizeFilter(rawValue: golden.text("filter"))))
    case "centre": canvas.load(centreOf: picture, size: golden.int("size"))
    case "flip":
      canvas.load(
        picture, crop: .whole(picture), width: golden.int("width"), height: golden.int("height"),
        flippedHorizontally: golden.int("across") == 1, flippedVertically: golden.int("down") == 1)
    case "brightness": canvas.adjustBrightness(golden.float("factor"))
    case "contrast": canvas.adjustContrast(golden.float("factor"))
    case "saturation": canvas.adjustSaturation(golden.float("factor"))
    case "hue": canvas.adjustHue(golden.float("turns"))
    case "grey": canvas.makeGrey()
    case "solarize": canvas.solarize(threshold: golden.float("threshold"))
    case "blur": canvas.blur(radius: golden.int("radius"), sigma: golden.float("sigma"))
    case "affine":
      let map = AffineMap(
        angle: golden.float("angle"), shiftX: golden.float("x"), shiftY: golden.float("y"),
        scale: golden.float("scale"), shearX: golden.float("shearX"), shearY: golden.float("shearY"))
      canvas.transform(map, fill: golden.float("fill"))
    case "gamma": canvas.adjustGamma(golden.float("gamma"))
    case "perspective":
      let shifts = (0..<4).map {
        PerspectiveMap.Shift(across: golden.float("shift\(2 * $0)"), down: golden.float("shift\(2 * $0 + 1)"))
      }
      let map = PerspectiveMap(
        topLeft: shifts[0], topRight: shifts[1], bottomRight: shifts[2], bottomLeft: shifts[3])
      canvas.transform(map, fill: golden.float("fill"))
    case "erase":
      let box = CropBox(
        left: golden.int("left"), top: golden.int("top"), width: golden.int("width"), height: golden.int("height"))
      canvas.erase(box, value: golden.float("value"))
    default: Issue.record("no such operation: \(golden.operation)")
    }
    #expect([canvas.channels, canvas.height, canvas.width] == golden.shape)
    let difference = largestDifference(canvas.values, golden.expected)
    #expect(difference < 3e-5, "largest difference \(difference)")
  }

  @Test func theGoldenFileCoversEveryOperation() {
    let operations = Set(GoldenViews.all.cases.map(\.operation))
    #expect(operations.count == 14)
  }
}
