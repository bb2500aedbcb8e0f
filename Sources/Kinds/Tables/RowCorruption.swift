import Samples
import Settings

/// The rule by which a view chooses the columns to replace.
package enum RowCorruption: Codable, Sendable, Equatable {
  /// Exactly ⌊share · columns⌋ columns, each choice equally likely; share in 0 to 1 (SCARF, Bahri et al. 2022).
  case exactly(share: Double)
  /// Each column independently with this probability, 0 to 1 (VIME, Yoon et al. 2020).
  case each(probability: Double)

  /// Draws the columns to replace; a pure function of the generator's key.
  ///
  /// - Parameter count: the number of columns, before categories become several inputs.
  package func columns(of count: Int, generator: inout ViewGenerator) -> [Int] {
    switch self {
    case .exactly(let share):
      var order = Array(0..<count)
      let chosen = Self.wholePart(of: share, count: count)
      // The first steps of a Fisher-Yates shuffle.
      for place in 0..<chosen { order.swapAt(place, place + generator.integer(below: count - place)) }
      return Array(order.prefix(chosen))
    case .each(let probability):
      // One draw for each column, so that columns are independent.
      return (0..<count).filter { _ in generator.happens(Float(probability)) }
    }
  }

  /// ⌊share · count⌋; a product that misses an integer only by rounding counts as that integer.
  static func wholePart(of share: Double, count: Int) -> Int {
    wholeNumber((share * Double(count) + 1e-9).rounded(.down), in: 0...max(0, count))
  }
}

extension RowCorruption: CustomStringConvertible {
  /// A phrase for messages.
  package var description: String {
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
