import Samples

/// Whether pictures differ at all, judged by some of them: what is the same everywhere teaches nothing.
public struct PictureVariety: Sendable, Equatable {
  /// So many are looked at, evenly spread.
  public static let sampleLimit = 16

  /// How many of those could be read.
  public let count: Int
  /// How many have a single value in every channel.
  public let plainCount: Int
  /// Whether at least two were read, and all are the same.
  public let areEqual: Bool

  public init(of folder: ImageFolder, decode rule: CanonicalDecode) {
    let pictures = Array(
      folder.pictures(of: Array(0..<folder.count).evenlySpread(Self.sampleLimit), decode: rule))
    count = pictures.count
    plainCount = pictures.count(where: \.isPlain)
    areEqual = pictures.count > 1 && pictures.dropFirst().allSatisfy { $0 == pictures[0] }
  }
}

extension Picture {
  /// Every pixel is as the first.
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
