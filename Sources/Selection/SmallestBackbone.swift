import Backbones
import Evaluation

/// Whether a smaller backbone would be as good. A larger one costs more for as long as it is used.
package struct SmallestBackbone: Codable, Sendable, Equatable {
  /// The backbones of the winner and of the smallest candidate that is as good: the same name if there is none smaller.
  package let winner: String
  package let smallest: String
  /// The parameters of both.
  package let winnerParameters: Int
  package let smallestParameters: Int

  /// Compares the winner with candidates that have its method and projector but another backbone. Each pair is compared
  /// by the probe for the pretext task, in the last round in which both took part; a difference within twice its error
  /// counts as none.
  ///
  /// - Returns: nil if no other backbone was tried.
  init?(in record: Selection.Record) {
    guard let best = record.rounds.last?.contenders.first,
      let candidate = record.candidates.first(where: { $0.name == best.name })
    else { return nil }
    let others = record.candidates.filter {
      $0.method == candidate.method && $0.projector == candidate.projector && $0.backbone != candidate.backbone
    }
    let judged = others.compactMap { other -> (other: Contender, winner: Contender)? in
      for round in record.rounds.reversed() {
        if let own = round.contenders.first(where: { $0.name == other.name }),
          let winner = round.contenders.first(where: { $0.name == best.name })
        {
          return (own, winner)
        }
      }
      return nil
    }
    guard !judged.isEmpty else { return nil }
    let equal = judged.filter { pair in
      let lead = pair.winner.judgement.pretext.lead(over: pair.other.judgement.pretext)
      return pair.other.parameterCount < best.parameterCount && lead.value <= 2 * lead.error
    }
    let smallest = equal.map(\.other).min { $0.parameterCount < $1.parameterCount } ?? best
    (winner, winnerParameters) = (best.name, best.parameterCount)
    (self.smallest, smallestParameters) = (smallest.name, smallest.parameterCount)
  }

  package var sentence: String {
    smallest == winner
      ? "No smaller backbone that was tried is as good as that of \(winner)."
      : "\(smallest) is as good as \(winner) within the error of the probe, and has \(smallestParameters) in place of "
        + "\(winnerParameters) parameters: take it unless labels say otherwise."
  }
}
