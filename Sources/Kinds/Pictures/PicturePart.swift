/// The pixels of a picture inside a box that covers its views.
package struct PicturePart: Sendable, Equatable {
  package let box: CropBox
  /// The pixels in the box, and perhaps more beside it, which may differ from the whole picture's.
  package let pixels: Picture
  /// The left edge of `pixels` in the whole picture.
  package let left: Int
  package let top: Int
  /// Width of the whole picture, in pixels.
  package let width: Int
  package let height: Int

  /// The part that is a whole picture.
  package init(_ picture: Picture) {
    self.init(.whole(picture), in: picture, left: 0, top: 0, of: (picture.width, picture.height))
  }

  init(_ box: CropBox, in pixels: Picture, left: Int, top: Int, of size: (width: Int, height: Int)) {
    self.box = box
    self.pixels = pixels
    (self.left, self.top) = (left, top)
    (width, height) = size
  }

  func contains(_ crop: CropBox) -> Bool {
    crop.left >= box.left && crop.left + crop.width <= box.left + box.width && crop.top >= box.top
      && crop.top + crop.height <= box.top + box.height
  }
}
