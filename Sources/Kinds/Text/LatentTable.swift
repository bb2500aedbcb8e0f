import Samples
import Torch

/// Vectors of tokens that need no learning: the main directions of how tokens occur in texts together (latent semantic
/// analysis, Deerwester et al. 1990). The mean of the vectors of a text's tokens is then the text's place on these directions,
/// so that a bag of embeddings begins where the classic method ends.
enum LatentTable {
  /// More texts change little, and take long.
  private static let mostTexts = 50_000

  /// [entries, width] float32, with numbers as large as those of a random table.
  ///
  /// - Parameter indices: the texts that are learned from.
  static func make(of indices: [Int], in tokens: TokenizedTexts, entries: Int, width: Int) throws -> Tensor {
    let texts = indices.evenlySpread(mostTexts).map { tokens[$0] }
    let terms = TermWeights(texts, entries: entries)
    let rareness = try Tensor(terms.rareness).reshaped([entries, 1])
    guard let axes = try terms.axes(width, fittedOn: Array(texts.indices)) else {
      return try Tensor.zeros([entries, width])
    }
    let directions = try axes * rareness
    let missing = width - directions.shape[1]
    let deviation = try Double((directions * directions).mean().item()).squareRoot()
    let scaled = try directions * (TextBag.deviation / max(deviation, 1e-12))
    guard missing > 0 else { return scaled }
    // A small corpus has few directions: chance fills the rest, and is quieter than they are.
    let rest = try Runtime.seeded(0) { try Tensor.randn([entries, missing]) * (TextBag.deviation / 10) }
    return try concatenate([scaled, rest], dimension: 1)
  }
}
