import Backbones
import Learning
import Settings
import Training

extension RunRequest {
  /// A network that passes the samples at least so often learns more in the time than a larger one that passes them less;
  /// see docs/benchmarks.md, "A network for the time".
  static let fewestEpochs = 16.0

  /// The samples a step that networks are tried with.
  private static let trialBatch = 32

  /// The proposal, with a smaller network if the time is so short that the usual one would see the samples only a few times,
  /// and the user chose neither a network nor a preset.
  ///
  /// - Throws: what stops the steps that are made to measure their time.
  func fitted(_ proposal: Proposal, within limit: TimeLimit) throws -> Proposal {
    guard backbone == nil, preset == nil, !proposal.backbone.smallerSettings.contains(where: { options[$0] != nil }),
      proposal.backbone.settings.smaller() != nil
    else { return proposal }
    let usual = try epochs(of: proposal, within: limit)
    if let epochs, usual >= Double(epochs) { return proposal }
    var (fitted, reached) = (proposal, usual)
    while reached < Self.fewestEpochs, let smaller = try fitted.withSmallerNetwork() {
      fitted = smaller
      reached = try epochs(of: fitted, within: limit)
    }
    guard fitted.backbone != proposal.backbone else { return proposal }
    fitted.choices.append(
      Choice(
        "network", fitted.backbone.details,
        because:
          "\(proposal.backbone.details) would make \(Figure.number(usual)) epochs in the time, and this one makes "
          + Figure.number(reached)))
    return fitted
  }

  private func epochs(of proposal: Proposal, within limit: TimeLimit) throws -> Double {
    let batch = min(batchSize ?? Self.trialBatch, Self.trialBatch, proposal.training.count)
    let run = try draft(of: proposal, batch: batch)
    let cost = try run.measureStep(of: proposal.data, training: proposal.training, within: min(1, limit.seconds * 0.01))
    return Double(cost.steps(in: limit.left, perEpoch: run.stepsPerEpoch)) / Double(max(1, run.stepsPerEpoch))
  }
}
