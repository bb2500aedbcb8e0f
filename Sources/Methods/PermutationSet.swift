/// A set of permutations that differ in many places: the classes of a jigsaw.
///
/// The set begins with the identity and grows greedily. The next permutation is the one that differs in the most places
/// from the nearest in the set; ties are decided by the differences from all in the set together, and then by
/// lexicographic order. This follows algorithm 1 of Noroozi & Favaro 2016, which begins with a random permutation.
enum PermutationSet {
  /// - Parameters:
  ///   - count: the size of the set, from 2 to length!
  ///   - length: the number of permuted items, at most 9.
  static func orders(_ count: Int, of length: Int) -> [[Int]] {
    let all = lexicographic(length)
    let total = all.count / length
    var nearest = [Int](repeating: length + 1, count: total)
    var sum = [Int](repeating: 0, count: total)
    var chosen = [0]
    while chosen.count < min(count, total) {
      let newest = chosen[chosen.count - 1] * length
      nearest[chosen[chosen.count - 1]] = -1
      var best = 0
      for candidate in 0..<total where nearest[candidate] >= 0 {
        var distance = 0
        for place in 0..<length where all[candidate * length + place] != all[newest + place] { distance += 1 }
        nearest[candidate] = min(nearest[candidate], distance)
        sum[candidate] += distance
        if (nearest[candidate], sum[candidate]) > (nearest[best], sum[best]) { best = candidate }
      }
      chosen.append(best)
    }
    return chosen.map { index in (0..<length).map { Int(all[index * length + $0]) } }
  }

  /// All permutations of 0 to length − 1, one after another.
  private static func lexicographic(_ length: Int) -> [UInt8] {
    var result: [UInt8] = []
    var order = (0..<UInt8(length)).map { $0 }
    while true {
      result += order
      guard let fall = (0..<length - 1).last(where: { order[$0] < order[$0 + 1] }) else { return result }
      guard let next = (fall + 1..<length).last(where: { order[$0] > order[fall] }) else { return result }
      order.swapAt(fall, next)
      order[(fall + 1)...].reverse()
    }
  }
}
