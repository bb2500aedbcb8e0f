import Learning

/// The steps that a run may be taken back to: a rule of its configuration alone.
///
/// Other checkpoints are made when the clock says so, and where a run was interrupted. If a run went back to one of
/// those, the same run on another day would go on from another step, and end with other weights.
struct ReturnPoints {
  /// How many are kept. The newest but one is older than anything that an alarm can go back to, see `interval`.
  private static let keptCount = 2

  /// Steps from one to the next: at most ten in a run, and more than the measurements that any alarm waits for.
  let interval: Int

  /// Nil where the run is not to go back.
  init?(of configuration: RunConfiguration) {
    guard configuration.onCollapse == .rollback else { return nil }
    interval = max(
      (configuration.schedule.plannedSteps + 9) / 10, configuration.stepsPerEpoch,
      configuration.logInterval * (CollapseSentinel.mostLooks + 1))
  }

  func contains(_ step: Int) -> Bool { step > 0 && step.isMultiple(of: interval) }

  /// Whether the checkpoint of a step is still needed once a run is at `current`.
  func keeps(_ step: Int, at current: Int) -> Bool {
    contains(step) && step <= current && step > (current / interval - Self.keptCount) * interval
  }
}
