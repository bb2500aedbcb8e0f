/// The samples to keep when only a fraction of the labels may be used: about that fraction of every class, and at least
/// one sample of each.
///
/// Depends on nothing but the arguments. With the same seed, the subset of a smaller fraction is part of that of a larger.
///
/// - Parameters:
///   - labels: one per sample; any integers.
///   - fraction: above 0, at most 1.
/// - Returns: indices into `labels`, rising.
public func stratifiedSubset(of labels: [Int], fraction: Double, seed: UInt64) throws(MeasureError) -> [Int] {
  guard fraction > 0, fraction <= 1 else {
    throw .parameter("fraction", found: "\(fraction)", expected: "above 0, at most 1")
  }
  guard !labels.isEmpty else { throw .tooFew("labels", found: 0, needed: 1) }
  let classes = Dictionary(grouping: labels.indices) { labels[$0] }
  return classes.flatMap { label, members in
    // A stream of its own for each class: what one class draws does not depend on the others.
    var seeds = RandomSource(seed: seed ^ UInt64(bitPattern: Int64(label)))
    var random = RandomSource(seed: seeds.next())
    let kept = max(1, Int((fraction * Double(members.count)).rounded()))
    return random.shuffled(members).prefix(kept)
  }.sorted()
}
