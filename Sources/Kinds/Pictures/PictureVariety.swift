import Samples

/// Whether pictures differ, judged by some of them. Nothing can be learned from pictures that are all the same.
package struct PictureVariety: Sendable, Equatable {
  /// How many pictures are examined, spread evenly over the folder.
  package static let sampleLimit = 16

  /// The number of pictures that could be read.
  package let count: Int
  /// The number of pictures with a single value in each channel.
  package let plainCount: Int
  /// Whether at least two were read and all are equal.
  package let areEqual: Bool

  package init(of folder: ImageFolder, decode rule: CanonicalDecode) {
    let pictures = Array(
      folder.pictures(of: Array(0..<folder.count).evenlySpread(Self.sampleLimit), decode: rule))
    count = pictures.count
    plainCount = pictures.count(where: \.isPlain)
    areEqual = pictures.count > 1 && pictures.dropFirst().allSatisfy { $0 == pictures[0] }
  }
}

extension Picture {
  /// Whether all pixels are equal.
  fileprivate var isPlain: Bool {
    func isPlain<Sample: Equatable>(_ samples: [Sample]) -> Bool {
      samples.indices.dropFirst(channels).allSatisfy { samples[$0] == samples[$0 - channels] }
    }
    return switch samples {
    case .uint8(let values): isPlain(values)
    case .uint16(let values): isPlain(values)
    case .float32(let values): isPlain(values)
    }
  }
}
