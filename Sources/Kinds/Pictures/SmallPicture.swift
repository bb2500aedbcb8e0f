import Samples

/// A picture of a few pixels, by which pictures are compared before a run: its central square, with values from 0 to 1.
struct SmallPicture: Sendable, Equatable {
  /// In pixels.
  static let side = 16

  let channels: Int
  /// [side, side, channels], row by row.
  let values: [Float]

  /// - Parameter values: as many as there are pixels and channels.
  init(values: [Float], channels: Int) {
    self.channels = channels
    self.values = values
  }

  init(_ picture: Picture, channels: Int) {
    let asTheyAre = ImageRecipe.Normalisation(
      mean: .init(repeating: 0, count: channels), deviation: .init(repeating: 1, count: channels))
    let recipe = ImageRecipe(normalisation: asTheyAre)
    var generator = ViewGenerator(seed: 0, epoch: 0, sample: 0, view: 0)
    let count = Self.side * Self.side * channels
    let values = [Float](unsafeUninitializedCapacity: count) { values, written in
      // Unsafe: `render` writes exactly as many values, channels last.
      if let target = values.baseAddress {
        recipe.render(picture, size: Self.side, generator: &generator, into: target)
      }
      written = count
    }
    self.init(values: values, channels: channels)
  }

  subscript(x: Int, y: Int, channel: Int) -> Float { values[(y * Self.side + x) * channels + channel] }

  /// Its mirror image: left and right, or up and down, are exchanged.
  func flipped(horizontally isHorizontal: Bool) -> SmallPicture {
    let side = Self.side
    var result = values
    for y in 0..<side {
      for x in 0..<side {
        for channel in 0..<channels {
          result[(y * side + x) * channels + channel] =
            isHorizontal ? self[side - 1 - x, y, channel] : self[x, side - 1 - y, channel]
        }
      }
    }
    return SmallPicture(values: result, channels: channels)
  }

  /// The sum over all values of their squared differences.
  func squaredDistance(to other: SmallPicture) -> Float {
    var sum: Float = 0
    for index in values.indices {
      let difference = values[index] - other.values[index]
      sum += difference * difference
    }
    return sum
  }
}
