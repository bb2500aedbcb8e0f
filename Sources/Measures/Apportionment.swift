/// How many samples of each class a part of all has: Webster's method (Sainte-Laguë), with at least one of each class.
/// Together they are exactly the part, rounded, or one of each class if these are more. A class gets no fewer of a larger
/// part.
///
/// - Parameters:
///   - sizes: samples of each class, each at least 1.
///   - fraction: above 0, at most 1.
func apportioned(_ sizes: [Int], fraction: Double) -> [Int] {
  let total = max(sizes.count, Int((fraction * Double(sizes.reduce(0, +))).rounded()))
  func shares(_ divisor: Double) -> [Int] { sizes.map { max(1, Int((Double($0) / divisor).rounded())) } }
  // The larger the divisor, the fewer samples: at `few` they are at most the total, at `many` more, until no number lies
  // between the two.
  var (many, few) = (0.5, 2 * Double(sizes.max() ?? 1) + 1)
  while true {
    let middle = (many + few) / 2
    guard middle > many, middle < few else { break }
    if shares(middle).reduce(0, +) > total { many = middle } else { few = middle }
  }
  // Classes that would get their next sample at the same divisor: the first ones do. Rounded quotients may differ.
  var result = shares(few * (1 + 1e-12))
  var missing = total - result.reduce(0, +)
  for (place, share) in shares(many * (1 - 1e-12)).enumerated() where missing > 0 && share > result[place] {
    result[place] += 1
    missing -= 1
  }
  return result
}
