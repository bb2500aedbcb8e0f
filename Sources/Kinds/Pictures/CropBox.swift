import Samples
import Settings

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A box of whole pixels in a picture; the origin is at the top left.
package struct CropBox: Sendable, Equatable {
  package var left: Int
  package var top: Int
  package var width: Int
  package var height: Int

  package init(left: Int, top: Int, width: Int, height: Int) {
    self.left = left
    self.top = top
    self.width = width
    self.height = height
  }

  package static func whole(_ picture: Picture) -> CropBox { whole(of: picture.width, picture.height) }

  package static func whole(of width: Int, _ height: Int) -> CropBox {
    CropBox(left: 0, top: 0, width: width, height: height)
  }

  /// The smallest box that contains all boxes; nil if there are none.
  package static func around(_ boxes: [CropBox]) -> CropBox? {
    guard var result = boxes.first else { return nil }
    for box in boxes.dropFirst() {
      let (right, bottom) = (result.left + result.width, result.top + result.height)
      result.left = min(result.left, box.left)
      result.top = min(result.top, box.top)
      result.width = max(right, box.left + box.width) - result.left
      result.height = max(bottom, box.top + box.height) - result.top
    }
    return result
  }

  /// The part of the box inside a width x height picture; the nearest pixel if the box is outside.
  func clamped(width: Int, height: Int) -> CropBox {
    let left = min(max(self.left, 0), width - 1)
    let top = min(max(self.top, 0), height - 1)
    return CropBox(
      left: left, top: top, width: min(max(self.width, 1), width - left), height: min(max(self.height, 1), height - top)
    )
  }

  /// A box of random area and aspect ratio: the "Inception crop" (Szegedy et al. 2015) as in torchvision's
  /// RandomResizedCrop, with up to ten tries for a box that fits, else the largest centred box of a permitted ratio.
  ///
  /// - Parameters:
  ///   - scale: share of the picture's area, 0...1.
  ///   - ratio: width / height; its logarithm is uniform.
  package static func random(
    width: Int, height: Int, scale: ClosedRange<Float>, ratio: ClosedRange<Float>, generator: inout ViewGenerator
  ) -> CropBox {
    let area = Double(width) * Double(height)
    for _ in 0..<10 {
      let wanted = area * Double(generator.uniform(in: scale))
      let shape = Double(generator.logUniform(in: ratio))
      let boxWidth = (wanted * shape).squareRoot().rounded(.toNearestOrEven)
      let boxHeight = (wanted / shape).squareRoot().rounded(.toNearestOrEven)
      // Compared before the conversion to Int: a recipe out of range gives infinities and NaNs, for which this fails.
      guard boxWidth >= 1, boxWidth <= Double(width), boxHeight >= 1, boxHeight <= Double(height) else { continue }
      let top = generator.integer(below: height - Int(boxHeight) + 1)
      let left = generator.integer(below: width - Int(boxWidth) + 1)
      return CropBox(left: left, top: top, width: Int(boxWidth), height: Int(boxHeight))
    }
    let shape = Double(width) / Double(height)
    var (boxWidth, boxHeight) = (width, height)
    if shape < Double(ratio.lowerBound) {
      boxHeight = wholeNumber(Double(width) / Double(ratio.lowerBound), in: 1...height)
    } else if shape > Double(ratio.upperBound) {
      boxWidth = wholeNumber(Double(height) * Double(ratio.upperBound), in: 1...width)
    }
    return CropBox(left: (width - boxWidth) / 2, top: (height - boxHeight) / 2, width: boxWidth, height: boxHeight)
  }

  /// A box as in torchvision's RandomErasing: smaller than the picture in both directions, or nil after ten tries.
  static func erasing(
    width: Int, height: Int, scale: ClosedRange<Float>, ratio: ClosedRange<Float>, generator: inout ViewGenerator
  ) -> CropBox? {
    let area = Double(width) * Double(height)
    for _ in 0..<10 {
      let wanted = area * Double(generator.uniform(in: scale))
      let shape = Double(generator.logUniform(in: ratio))
      // Torchvision's ratio is height / width here, unlike in the crop.
      let boxHeight = (wanted * shape).squareRoot().rounded(.toNearestOrEven)
      let boxWidth = (wanted / shape).squareRoot().rounded(.toNearestOrEven)
      guard boxWidth >= 0, boxWidth < Double(width), boxHeight >= 0, boxHeight < Double(height) else { continue }
      let top = generator.integer(below: height - Int(boxHeight) + 1)
      let left = generator.integer(below: width - Int(boxWidth) + 1)
      return CropBox(left: left, top: top, width: Int(boxWidth), height: Int(boxHeight))
    }
    return nil
  }
}
