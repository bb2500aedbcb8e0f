import Samples

/// Finds texts that say the same as another, word for word or nearly so.
///
/// Two texts are near copies if at least four fifths of all runs of three tokens in either are in both (their Jaccard
/// similarity). Candidates are found by MinHash (Broder 1997) and then compared exactly.
struct TextCopies: Sendable {
  /// Of samples, those that are copies of an earlier one, word for word.
  let exact: Set<Int>
  /// Those that are near copies of an earlier one.
  let near: Set<Int>

  /// Four values agree in a band: two texts of similarity 0.8 share a band with probability 0.9998, of 0.4 with 0.34.
  private static let (bands, rows) = (16, 4)
  static let leastSimilarity = 0.8
  /// Of long texts, the beginning is compared.
  private static let mostTokens = 400
  /// So many of those that share a band are looked at: more are copies of one of these.
  private static let mostCandidates = 50

  /// - Parameter samples: in the order in which the first of several copies counts.
  init(among samples: [Int], of texts: TokenizedTexts) {
    var exact: Set<Int> = []
    var near: Set<Int> = []
    var first: [UInt64: [Int]] = [:]
    var buckets: [[UInt64: [Int]]] = Array(repeating: [:], count: Self.bands)
    var kept: [Int: Set<UInt64>] = [:]
    for sample in samples {
      let tokens = texts[sample]
      let hash = Self.hash(tokens)
      if first[hash, default: []].contains(where: { texts[$0].elementsEqual(tokens) }) {
        exact.insert(sample)
        continue
      }
      first[hash, default: []].append(sample)
      let shingles = Self.shingles(tokens.prefix(Self.mostTokens))
      guard shingles.count > 1 else { continue }
      let keys = Self.keys(shingles)
      var candidates: Set<Int> = []
      for (band, key) in keys.enumerated() {
        for other in buckets[band][key, default: []].prefix(Self.mostCandidates) { candidates.insert(other) }
      }
      if candidates.contains(where: { Self.similarity(shingles, kept[$0] ?? []) >= Self.leastSimilarity }) {
        near.insert(sample)
        continue
      }
      kept[sample] = shingles
      for (band, key) in keys.enumerated() { buckets[band][key, default: []].append(sample) }
    }
    self.exact = exact
    self.near = near
  }

  private static func hash(_ tokens: ArraySlice<Int32>) -> UInt64 {
    tokens.reduce(0xCBF2_9CE4_8422_2325) { mix($0 ^ UInt64(UInt32(bitPattern: $1))) }
  }

  private static func shingles(_ tokens: ArraySlice<Int32>) -> Set<UInt64> {
    guard tokens.count >= 3 else { return [] }
    return Set((tokens.startIndex..<tokens.endIndex - 2).map { hash(tokens[$0..<$0 + 3]) })
  }

  private static func keys(_ shingles: Set<UInt64>) -> [UInt64] {
    var least = [UInt64](repeating: .max, count: bands * rows)
    for shingle in shingles {
      for place in least.indices {
        let value = (shingle ^ seeds[place]) &* 0x9E37_79B9_7F4A_7C15
        least[place] = min(least[place], value ^ (value >> 32))
      }
    }
    return (0..<bands).map { band in least[band * rows..<(band + 1) * rows].reduce(UInt64(band)) { mix($0 ^ $1) } }
  }

  private static let seeds = (0..<bands * rows).map { mix(UInt64($0 + 1)) }

  private static func similarity(_ first: Set<UInt64>, _ second: Set<UInt64>) -> Double {
    // Sets of so different sizes cannot be alike.
    let (small, large) = first.count < second.count ? (first, second) : (second, first)
    guard Double(small.count) >= leastSimilarity * Double(large.count) else { return 0 }
    let shared = small.count(where: large.contains)
    return Double(shared) / Double(first.count + second.count - shared)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// As a sentence; nil if there are none.
  ///
  /// - Parameter total: how many texts were compared.
  func sentence(of total: Int) -> String? {
    let count = exact.count + near.count
    guard count > 0 else { return nil }
    return
      "\(count) of \(total) texts \(count == 1 ? "is a copy" : "are copies") of another (\(exact.count) word for word, \(near.count) nearly so): each is "
      + "learned from once, so that no copy counts as another text."
  }
}
