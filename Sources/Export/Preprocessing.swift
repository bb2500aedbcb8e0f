import Datasets
import Foundation
import Views

/// How a sample becomes what the network takes, in words that others have for it.
struct Preprocessing: Encodable {
  /// Of pictures: timm's `pretrained_cfg`, and how deep pictures are read.
  struct Pictures: Encodable {
    let inputSize: [Int]
    let mean: [Float]
    let std: [Float]
    let interpolation: String
    /// The shorter side becomes the view's side, and the central square is kept.
    let cropFraction = 1.0
    let cropMode = "center"
    /// Which stored values are black and white in pictures of more than 8 bits.
    let values: ValueRange?

    enum CodingKeys: String, CodingKey {
      case mean, std, interpolation, values
      case inputSize = "input_size"
      case cropFraction = "crop_pct"
      case cropMode = "crop_mode"
    }

    init(_ images: ImageConfiguration) {
      inputSize = [images.channels, images.imageSize, images.imageSize]
      mean = images.recipe.normalisation.mean
      std = images.recipe.normalisation.deviation
      interpolation = images.recipe.filter.rawValue
      values = images.decode.values == ValueRange() ? nil : images.decode.values
    }
  }

  let data: DataConfiguration

  func encode(to encoder: any Encoder) throws {
    switch data {
    case .images(let images): try Pictures(images).encode(to: encoder)
    case .table(let table): try table.encode(to: encoder)
    }
  }

  /// On one line.
  var json: String { get throws { try Self.json(self) } }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
