import Foundation
import Learning
import Pictures
import Samples
import Settings

/// How samples are shown: previews, gathered on all cores, and the data URIs that put them into the page.
enum Thumbnails {
  /// - Parameters:
  ///   - places: indices of samples in `data`.
  ///   - side: the longer side of pictures, in pixels.
  /// - Returns: a preview for each place; nil where the sample cannot be read or its kind of data has none.
  static func previews(of places: [Int], in data: any SampleCollection, side: Int) -> [SamplePreview?] {
    concurrentMap(count: places.count) { data.preview(of: places[$0], side: side) }
  }

  static func uri(wave: [UInt8]) -> String { "data:audio/wav;base64," + Data(wave).base64EncodedString() }

  static func uri(jpeg: [UInt8]) -> String { "data:image/jpeg;base64," + Data(jpeg).base64EncodedString() }

  /// The beginning of a text, in one line: spaces, tabs and newlines become one space each, and "…" stands for the rest.
  ///
  /// - Parameter limit: the most characters, without the "…".
  static func excerpt(_ text: String, limit: Int) -> String {
    // A character can hold any number of combining marks: the number of scalars is limited too, and only so much is read.
    let read = text.unicodeScalars.prefix(8 * limit)
    let words = String(String.UnicodeScalarView(read)).split(whereSeparator: \.isWhitespace)
    let line = words.joined(separator: " ")
    let isWhole = line.count <= limit && read.endIndex == text.unicodeScalars.endIndex
    return visible(isWhole ? line : line.prefix(limit) + "…")
  }
}

/// Many small pictures in one JPEG, cell by cell: a file each would cost more in headers than in pixels.
struct Atlas {
  /// The side of a cell, in pixels.
  let side: Int
  let columns: Int
  /// Width and height of each picture, at the top left of its cell; 0 where there is none.
  let sizes: [(width: Int, height: Int)]
  let uri: String

  static let side = 64
  private static let byteLimit = 2_500_000

  /// As sharp as fits the limit; nil where no sample has a picture.
  init?(_ previews: [SamplePreview?]) throws(PreviewPicture.EncodingFailure) {
    let pictures = previews.map { $0?.picture }
    guard pictures.contains(where: { $0 != nil }) else { return nil }
    var made: (jpeg: [UInt8], side: Int, pictures: [PreviewPicture?]) = ([], 0, [])
    for (side, quality) in [(Self.side, 75), (Self.side, 55), (48, 55), (32, 55)] {
      let cells = pictures.map { $0?.reduced(side: side) }
      guard let sheet = Self.sheet(cells, side: side) else { return nil }
      made = (try sheet.jpeg(quality: quality), side, cells)
      if made.jpeg.count <= Self.byteLimit { break }
    }
    side = made.side
    columns = Self.columns(pictures.count)
    sizes = made.pictures.map { ($0?.width ?? 0, $0?.height ?? 0) }
    uri = Thumbnails.uri(jpeg: made.jpeg)
  }

  private static func columns(_ count: Int) -> Int { max(1, Int(Double(count).squareRoot().rounded(.up))) }

  /// - Parameter cells: pictures whose sides are at most `side`; nil leaves a cell empty.
  private static func sheet(_ cells: [PreviewPicture?], side: Int) -> PreviewPicture? {
    let across = columns(cells.count)
    let down = (cells.count + across - 1) / across
    let channels = cells.contains { $0?.channels == 3 } ? 3 : 1
    let width = across * side
    var bytes = [UInt8](repeating: 128, count: width * down * side * channels)
    for (index, cell) in cells.enumerated() {
      guard let cell else { continue }
      let (left, top) = (index % across * side, index / across * side)
      for y in 0..<cell.height {
        for x in 0..<cell.width {
          let target = ((top + y) * width + left + x) * channels
          let source = (y * cell.width + x) * cell.channels
          for channel in 0..<channels { bytes[target + channel] = cell.bytes[source + min(channel, cell.channels - 1)] }
        }
      }
    }
    return PreviewPicture(width: width, height: down * side, channels: channels, bytes: bytes)
  }
}
