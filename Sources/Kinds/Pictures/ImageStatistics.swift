import Samples

/// Statistics of a folder's pictures, measured on some of them once before a run, and recorded in it.
package struct ImageStatistics: Sendable, Equatable {
  /// How many pictures give the mean and deviation, spread evenly over the folder.
  package static let sampleLimit = 32

  /// Nil if all pictures have 8 bits. For 16-bit pictures the highest value is the smallest of 255, 511, 1023 … 65535
  /// that no value exceeds. For floating-point pictures the range is from the lowest to the highest value found, or
  /// 0...1 if these are inside it. Outliers do not count, see `ValueSurvey`.
  package let values: ValueRange?
  /// How many pictures gave these values.
  package let surveyedCount: Int
  /// The depths of the pictures in bits: some of 8, 16 and 32; nil if all have 8.
  package let depths: [Int]?
  /// The mean and deviation of each channel, with values scaled to 0...1. A constant channel gets deviation 1.
  package let normalisation: ImageRecipe.Normalisation
  /// The number of pictures that could be read.
  package let pictureCount: Int

  package init(of folder: ImageFolder, decode rule: CanonicalDecode) {
    self.init(of: folder, decode: rule, noData: .automatic)
  }

  init(of folder: ImageFolder, decode rule: CanonicalDecode, noData: NoDataRequest) {
    var rule = rule
    if folder.contents.deepSamples.isEmpty {
      (values, surveyedCount, depths) = (nil, 0, nil)
    } else {
      let survey = ValueSurvey(of: folder, maxPixels: rule.maxPixels, noData: noData)
      (values, surveyedCount) = (survey.range, survey.pictureCount)
      depths = folder.depthCounts.keys.sorted()
    }
    rule.values = values
    var moments = [Moments](repeating: Moments(), count: folder.contents.channels)
    var count = 0
    for picture in Self.pictures(Array(0..<folder.count), of: folder, rule) {
      count += 1
      for channel in moments.indices { moments[channel].add(picture, channel: min(channel, picture.channels - 1)) }
    }
    pictureCount = count
    normalisation = .init(mean: moments.map(\.mean), deviation: moments.map(\.deviation))
  }

  private static func pictures(
    _ samples: [Int], of folder: ImageFolder, _ rule: CanonicalDecode
  ) -> some Sequence<Picture> {
    folder.pictures(of: samples.evenlySpread(sampleLimit), decode: rule)
  }
}

extension ImageFolder {
  /// The readable pictures of some samples, decoded lazily.
  func pictures(of samples: [Int], decode rule: CanonicalDecode) -> some Sequence<Picture> {
    samples.lazy.compactMap {
      try? PictureDecoder.decode(path: files.path(of: $0), part: files.samples[$0].part, rule: rule)
    }
  }
}

private struct Moments {
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0

  mutating func add(_ picture: Picture, channel: Int) {
    func add(_ samples: [some Any], _ unit: (Int) -> Double) {
      for index in stride(from: channel, to: samples.count, by: picture.channels) {
        let value = unit(index)
        sum += value
        squares += value * value
      }
      count += Double(samples.count / picture.channels)
    }
    switch picture.samples {
    case .uint8(let samples): add(samples) { Double(samples[$0]) / 255 }
    case .uint16(let samples): add(samples) { Double(samples[$0]) / 65535 }
    case .float32(let samples): add(samples) { Double(samples[$0]) }
    }
  }

  var mean: Float { count > 0 ? Float(sum / count) : 0 }

  var deviation: Float {
    guard count > 0 else { return 1 }
    let variance = squares / count - (sum / count) * (sum / count)
    return variance > 1e-10 ? Float(variance.squareRoot()) : 1
  }
}
