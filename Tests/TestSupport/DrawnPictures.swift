import Foundation

/// Writes small pictures: 8-bit grey PNGs, one stripe pattern a class.
public func drawPictures(in folder: URL, classes: Int = 2, perClass: Int = 12, side: Int = 16) throws {
  for label in 0..<classes {
    let place = folder.appending(path: "class\(label)")
    for index in 0..<perClass {
      try drawGrey(at: place.appending(path: "\(index).png"), side: side) { x, y in
        let stripe = label == 0 ? x : y
        return UInt8(truncatingIfNeeded: (stripe + index) * 37 % 200 + (x * y * (index + 1)) % 50)
      }
    }
  }
}

/// Writes one such picture, and the folders that it lies in.
public func drawGrey(at place: URL, side: Int, value: (_ x: Int, _ y: Int) -> UInt8) throws {
  try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
  try drawnPNG(width: side, height: side) { x, y in [value(x, y)] }.write(to: place)
}

/// An 8-bit PNG whose pixels `colour` draws: one number for grey, three for RGB.
public func drawnPNG(width: Int, height: Int, colour: (_ x: Int, _ y: Int) -> [UInt8]) -> Data {
  Data(PNGFile(width: width, height: height, colour: colour).bytes)
}
