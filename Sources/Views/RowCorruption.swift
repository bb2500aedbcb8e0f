import Settings

/// Which columns of a table row a view replaces.
public enum RowCorruption: Codable, Sendable, Equatable {
  /// Exactly ⌊share · columns⌋ of the columns, each choice of so many equally likely; share in 0 to 1 (SCARF, Bahri et
  /// al. 2022).
  case exactly(share: Double)
  /// Each column with this probability, by itself; in 0 to 1 (VIME, Yoon et al. 2020).
  case each(probability: Double)

  /// The columns to replace, a pure function of the generator's key.
  ///
  /// - Parameter count: columns of the table, before categories are spread over several inputs.
  public func columns(of count: Int, generator: inout ViewGenerator) -> [Int] {
    switch self {
    case .exactly(let share):
      var order = Array(0..<count)
      let chosen = Self.wholePart(of: share, count: count)
      // The first places of a Fisher-Yates shuffle.
      for place in 0..<chosen { order.swapAt(place, place + generator.integer(below: count - place)) }
      return Array(order.prefix(chosen))
    case .each(let probability):
      // A draw for every column, so that what one column draws does not depend on the others.
      return (0..<count).filter { _ in generator.happens(Float(probability)) }
    }
  }

  /// ⌊share · count⌋, where a product that misses a whole number by rounding alone is that number.
  static func wholePart(of share: Double, count: Int) -> Int {
    wholeNumber((share * Double(count) + 1e-9).rounded(.down), in: 0...max(0, count))
  }
}

extension RowCorruption: CustomStringConvertible {
  /// In half a sentence for people.
  public var description: String {
    switch self {
    case .exactly(let share): "\(share) of the columns replaced"
    case .each(let probability): "each column replaced with probability \(probability)"
    }
  }
}

extension RowCorruption: Validated {
  public func validate() throws(SettingError) {
    switch self {
    case .exactly(let share): try check(share, in: 0...1, "exactly.share")
    case .each(let probability): try check(probability, in: 0...1, "each.probability")
    }
  }
}
