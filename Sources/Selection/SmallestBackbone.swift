import Backbones
import Evaluation

/// Whether a smaller network would have done as well: what it computes is a cost for as long as it is used.
public struct SmallestBackbone: Codable, Sendable, Equatable {
  /// Of the winner, and of the smallest that loses nothing: the same name where there is none smaller.
  public let winner: String
  public let smallest: String
  /// Parameters of the two.
  public let winnerParameters: Int
  public let smallestParameters: Int

  /// Compares the winner with candidates of its method and projector on other backbones, each in the last round that both
  /// took part in, by the probe for the pretext task: nothing is lost where the difference is within twice its error.
  ///
  /// - Returns: nil where no other backbone was tried.
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

  public var sentence: String {
    smallest == winner
      ? "No smaller backbone that was tried does as well as that of \(winner)."
      : "\(smallest) loses nothing against \(winner) that the probe could tell, and computes with \(smallestParameters) in place of "
        + "\(winnerParameters) parameters: take it unless labels say otherwise."
  }
}
