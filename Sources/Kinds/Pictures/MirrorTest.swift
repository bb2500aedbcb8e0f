import Settings

/// Whether pictures can be told from their mirror images, found without labels.
///
/// Small versions of some pictures are compared with those of others: where pictures have no up and down, as under a microscope or
/// from above, one that is turned upside down is as near to its nearest neighbour as it was before. Where they have, it is
/// farther. What can be told apart may also be what distinguishes classes, such as 6 and 9, and views that hide it teach the
/// network to ignore it.
struct MirrorTest: Sendable, Equatable {
  /// How many pictures are looked at, spread evenly over the folder; half of them are the others.
  static let sampleLimit = 256
  /// Fewer say nothing.
  static let fewest = 40
  /// Flips are left out where more than this part of the pictures is farther from the others when it is flipped. Chance has
  /// half; measured: solar cells .60 and .64 (left to right, upside down), stamps .52 and .63, frames of a car's camera .78 and .90,
  /// clothes .77 and .93, digits .92 and .89.
  static let limit = 0.75

  /// How many pictures were compared with the others.
  let count: Int
  /// The part of them that is farther from its nearest neighbour when left and right are exchanged; equal distances count half.
  let horizontal: Double
  /// The same when up and down are exchanged.
  let vertical: Double

  /// - Parameter others: of other groups than the pictures.
  init(_ pictures: [SmallPicture], others: [SmallPicture]) {
    count = pictures.count
    func nearest(_ picture: SmallPicture) -> Float {
      others.reduce(.infinity) { min($0, picture.squaredDistance(to: $1)) }
    }
    var farther = (horizontal: 0.0, vertical: 0.0)
    for picture in pictures {
      let own = nearest(picture)
      func vote(_ flipped: SmallPicture) -> Double {
        let other = nearest(flipped)
        return other > own ? 1 : other == own ? 0.5 : 0
      }
      farther.horizontal += vote(picture.flipped(horizontally: true))
      farther.vertical += vote(picture.flipped(horizontally: false))
    }
    horizontal = farther.horizontal / Double(max(1, count))
    vertical = farther.vertical / Double(max(1, count))
  }

  /// Nil where too few pictures can be compared.
  ///
  /// - Parameter groups: of all samples. Slices of one patient or frames of one drive resemble each other as they are, and would
  ///   betray any flip, so that a group is on one side.
  init?(_ pictures: [(sample: Int, picture: SmallPicture)], groups: [Int?]?) {
    let isOther = Self.halves(pictures.count, groups: groups.map { groups in pictures.map { groups[$0.sample] } })
    func side(_ wanted: Bool) -> [SmallPicture] {
      zip(pictures, isOther).filter { $0.1 == wanted }.map { $0.0.picture }
    }
    let (compared, others) = (side(false), side(true))
    guard compared.count >= Self.fewest / 2, others.count >= Self.fewest / 2 else { return nil }
    self.init(compared, others: others)
  }

  /// Every second sample, or every second group where there are several; a sample without a group is one by itself.
  static func halves(_ count: Int, groups: [Int?]?) -> [Bool] {
    var places: [Int: Int] = [:]
    var next = 0
    return (0..<count).map { sample in
      guard let group = groups?[sample] else {
        next += 1
        return next.isMultiple(of: 2)
      }
      if places[group] == nil {
        next += 1
        places[group] = next
      }
      return places[group, default: 0].isMultiple(of: 2)
    }
  }
}

extension MirrorTest {
  /// Of these flips, those that do not change how a picture looks among the others.
  func harmless(_ flips: Flips) -> Flips {
    Flips(
      horizontal: flips.areHorizontal && horizontal <= Self.limit, vertical: flips.areVertical && vertical <= Self.limit
    )
  }

  /// Why some of these flips are left out.
  func reason(_ flips: Flips) -> String {
    let parts = [
      flips.areVertical && vertical > Self.limit ? "upside down \(Figure.percent(vertical, digits: 0))" : nil,
      flips.areHorizontal && horizontal > Self.limit ? "left to right \(Figure.percent(horizontal, digits: 0))" : nil,
    ].compactMap(\.self)
    return "\(parts.joined(separator: " and ")) of \(count) pictures resemble the others less"
  }
}
