extension ImageRecipe {
  /// (value - mean) / deviation, with one number per channel. Their count is the number of channels of a view.
  package struct Normalisation: Sendable, Equatable {
    package var mean: [Float]
    package var deviation: [Float]

    package init(mean: [Float], deviation: [Float]) {
      self.mean = mean
      self.deviation = deviation
    }

    /// Mean and deviation of the training pictures of ImageNet, as torchvision's models expect.
    package static let imageNet = Normalisation(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    /// Leaves RGB values as they are.
    package static let none = Normalisation(mean: [0, 0, 0], deviation: [1, 1, 1])

    var channelCount: Int { min(mean.count, deviation.count) }
  }

  /// The number of channels of a view. Pictures have as many, or are grey and fill all channels.
  package var channelCount: Int { normalisation.channelCount }

  /// Whether views can be made from a picture with this many channels.
  package func takes(channels: Int) -> Bool { channels == channelCount || (channels == 1 && channelCount == 3) }
}

extension ImageRecipe.Normalisation: Codable {
  private enum Key: String, CodingKey {
    case mean, deviation
  }

  /// The form in which older runs recorded it, when all pictures had three channels.
  private struct Triple: Codable {
    let red: Float
    let green: Float
    let blue: Float
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func numbers(_ key: Key) throws -> [Float] {
      if let old = try? container.decode(Triple.self, forKey: key) { return [old.red, old.green, old.blue] }
      return try container.decode([Float].self, forKey: key)
    }
    self.init(mean: try numbers(.mean), deviation: try numbers(.deviation))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(mean, forKey: .mean)
    try container.encode(deviation, forKey: .deviation)
  }
}
