import Datasets
import Torch

/// Views that begin small and grow to their full size: what is coarse is learned first, in steps that cost less (Tan & Le
/// 2021, section 4.2, from Howard 2018).
///
/// A view is drawn at its full size and then reduced, so that a run draws the same views as one without.
public struct ProgressiveSize: Codable, Sendable, Equatable {
  /// A part of a run with views of one size.
  public struct Stage: Codable, Sendable, Equatable {
    /// The part of all steps that are done when it ends, above 0 to 1.
    public var until: Double
    /// Of the full side, above 0 to 1.
    public var share: Double

    public init(until: Double, share: Double) {
      self.until = until
      self.share = share
    }
  }

  /// In the order of the run; after the last, views have their full size.
  public var stages: [Stage]

  public init(stages: [Stage]) { self.stages = stages }

  /// Of `--fast`.
  public static let usual = ProgressiveSize(
    stages: [Stage(until: 0.4, share: 0.6), Stage(until: 0.7, share: 0.8)])

  /// The part of the side that views have after this part of the steps.
  public func share(at progress: Double) -> Double { stages.first { progress < $0.until }?.share ?? 1 }

  /// The shares of the side, each with the part of all steps that have it; the first of them begins the run.
  var parts: [(share: Double, weight: Double)] {
    var (parts, begin): ([(share: Double, weight: Double)], Double) = ([], 0)
    for stage in stages + [Stage(until: 1, share: 1)] where stage.until > begin {
      parts.append((stage.share, stage.until - begin))
      begin = stage.until
    }
    return parts
  }

  /// Sides are multiples of this many pixels, which convolutions with strides divide.
  static let multiple = 4

  /// In pixels.
  public static func side(_ full: Int, share: Double) -> Int {
    guard share < 1 else { return full }
    let side = Int((Double(full) * share / Double(multiple)).rounded()) * multiple
    return min(full, max(multiple, side))
  }

  /// - Parameter views: those that are pictures, [batch, channels, height, width], become smaller.
  static func reduce(_ views: [Tensor], to share: Double) throws(TorchError) -> [Tensor] {
    guard share < 1 else { return views }
    return try views.map { view throws(TorchError) in
      guard view.rank == 4 else { return view }
      let sides = view.shape.suffix(2).map { side($0, share: share) }
      return try resizedBilinear(view, height: sides[0], width: sides[1])
    }
  }
}

extension RunConfiguration {
  /// Side in pixels of views as they are at first; nil where samples are no pictures.
  public var firstSide: Int? {
    guard case .images(let images) = data else { return nil }
    return ProgressiveSize.side(images.imageSize, share: progressiveSize?.share(at: 0) ?? 1)
  }
}
