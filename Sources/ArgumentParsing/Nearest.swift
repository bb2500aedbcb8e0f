/// The candidate that is most similar to a mistyped text, for "did you mean …?"; nil if none is similar.
///
/// The distance is the number of insertions, deletions, substitutions and swaps of neighbours (Damerau 1964, each place
/// edited at most once). A candidate that begins with the text has distance 1. Leading dashes and case are ignored.
public func nearest(to text: String, among candidates: [String]) -> String? {
  let typed = Array(text.drop { $0 == "-" }.lowercased())
  guard !typed.isEmpty else { return nil }
  let limit = typed.count < 4 ? 1 : max(2, typed.count / 3)
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    let name = Array(candidate.drop { $0 == "-" }.lowercased())
    let isPrefix = typed.count > 1 && name.starts(with: typed)
    // If the lengths differ by more than the limit, so does the distance. This keeps very long texts cheap.
    guard isPrefix || abs(name.count - typed.count) <= limit else { continue }
    let distance = isPrefix ? 1 : editDistance(typed, name)
    // A candidate that shares no letter is not similar, however short it is.
    guard distance <= limit, distance < max(typed.count, name.count) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
  }
  return best?.candidate
}

func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var twoAbove: [Int] = []
  var above = Array(0...second.count)
  for i in 0..<first.count {
    var row = [i + 1]
    for j in 0..<second.count {
      var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (first[i] == second[j] ? 0 : 1))
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] { cost = min(cost, twoAbove[j - 1] + 1) }
      row.append(cost)
    }
    (twoAbove, above) = (above, row)
  }
  return above[second.count]
}
