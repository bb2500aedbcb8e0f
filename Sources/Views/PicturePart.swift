/// The pixels of a picture that lie in a box: all that its views need, where they need no more.
public struct PicturePart: Sendable, Equatable {
  /// Those in the box.
  public let pixels: Picture
  /// Of the whole picture, in pixels.
  public let width: Int
  public let height: Int
  /// Where the box lies in it.
  public let left: Int
  public let top: Int

  /// All of a picture.
  public init(_ picture: Picture) { self.init(picture, left: 0, top: 0, of: (picture.width, picture.height)) }

  init(_ pixels: Picture, left: Int, top: Int, of size: (width: Int, height: Int)) {
    self.pixels = pixels
    (self.left, self.top) = (left, top)
    (width, height) = size
  }

  func contains(_ box: CropBox) -> Bool {
    box.left >= left && box.left + box.width <= left + pixels.width && box.top >= top
      && box.top + box.height <= top + pixels.height
  }
}
