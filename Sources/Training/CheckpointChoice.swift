import Foundation
import Learning

/// Which of a run's checkpoints stands for it after training.
public enum CheckpointChoice: String, Sendable, CaseIterable {
  /// The one after the last step that was saved.
  case last
  /// The one with the lowest loss on held-out samples of all that were saved. Not each measurement of a run is followed by a
  /// checkpoint.
  case best
}

extension Checkpoint {
  /// The checkpoints that stand for a run, the preferred first.
  ///
  /// Where nobody chose, it is the last; but of a run that was stopped because it began to learn its samples by heart, it is
  /// the best.
  ///
  /// - Throws: `RunFolder.Failure.noBestCheckpoint` if the best was asked for, and no loss is known.
  static func standing(for run: RunFolder) throws(RunFolder.Failure) -> [Checkpoint] {
    let all = all(in: run)
    switch run.checkpoint ?? (run.wasStoppedByHeldOutLoss(at: all.first?.step) ? .best : .last) {
    case .last: return all
    case .best:
      let best = byHeldOutLoss(all)
      if best.isEmpty, run.checkpoint == .best { throw .noBestCheckpoint(path: run.path) }
      return best + all.filter { one in !best.contains { $0.step == one.step } }
    }
  }

  /// Those of which a loss on held-out samples is known, the lowest first; of equal ones the later.
  package static func byHeldOutLoss(_ all: [Checkpoint]) -> [Checkpoint] {
    let known = all.compactMap { one in one.heldOutLoss.map { (one, $0) } }
    return known.sorted { $0.1 == $1.1 ? $0.0.step > $1.0.step : $0.1 < $1.1 }.map(\.0)
  }

  /// The step of the checkpoint that stands for a run; nil if there is none.
  package static func step(standingFor run: RunFolder) -> Int? { try? standing(for: run).first?.step }
}

extension RunFolder {
  fileprivate func wasStoppedByHeldOutLoss(at step: Int?) -> Bool {
    guard let last = Self.readableLines(of: Alarm.self, in: alarms).last, last.kind == .overfitting, last.step == step
    else { return false }
    return (try? openConfiguration())?.patience != nil
  }
}
