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

  /// Some pictures of a folder, spread evenly over it, on all cores: of photographs of a camera each takes hundredths of a second.
  ///
  /// - Returns: their samples, without those that cannot be read.
  static func some(of folder: ImageFolder, limit: Int, decode rule: CanonicalDecode) -> [(
    sample: Int, picture: SmallPicture
  )] {
    var reduced = rule
    reduced.shortSide = 2 * side
    let (small, samples) = (reduced, Array(0..<folder.count).evenlySpread(limit))
    let channels = folder.contents.channels
    return concurrentMap(count: samples.count) { place in
      folder.pictures(of: [samples[place]], decode: small).map {
        (samples[place], SmallPicture($0, channels: channels))
      }
    }.flatMap(\.self)
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
