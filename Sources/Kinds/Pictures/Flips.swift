import Settings

/// Which mirror images of a picture views may be.
package enum Flips: String, Codable, Sendable, CaseIterable, OptionConvertible {
  case none
  /// Left becomes right.
  case horizontal
  /// Up becomes down.
  case vertical
  case both

  init(horizontal: Bool, vertical: Bool) {
    self = horizontal ? (vertical ? .both : .horizontal) : vertical ? .vertical : .none
  }

  var areHorizontal: Bool { self == .horizontal || self == .both }
  var areVertical: Bool { self == .vertical || self == .both }
}

extension ImageRecipe {
  /// The flips that its views may have.
  package var flips: Flips { Flips(horizontal: horizontalFlip > 0, vertical: verticalFlip > 0) }

  /// The same views with these flips: as often as before, half the time where there were none.
  func with(_ flips: Flips) -> ImageRecipe {
    var result = self
    result.horizontalFlip = flips.areHorizontal ? (horizontalFlip > 0 ? horizontalFlip : 0.5) : 0
    result.verticalFlip = flips.areVertical ? (verticalFlip > 0 ? verticalFlip : 0.5) : 0
    return result
  }
}
