import Files
import Learning

// A run that went wrong goes back to a step from before, and on at half the learning rate.
extension Pretraining {
  /// A run that overfits is not taken back: learning the same again more slowly does not help.
  func mayGoBack(because alarm: Alarm) throws -> Bool {
    try world.decided {
      configuration.onCollapse == .rollback && alarm.kind != .overfitting
        && interventions.entries.count < Interventions.most
    }
  }

  var returnPoints: ReturnPoints? { ReturnPoints(of: configuration) }

  /// Returns to the newest return point from before it went wrong, or else to the beginning, at half the learning rate.
  func goBack(because alarm: Alarm) throws {
    if world.isLeader {
      try takeBack(because: alarm)
    } else {
      // Back at the beginning, an optimiser has no state.
      (method, optimizer) = try Self.model(of: configuration, beginningIn: folder, with: world)
    }
    try shareState()
  }

  func takeBack(because alarm: Alarm) throws {
    let returnPoints = returnPoints
    for checkpoint in Checkpoint.all(in: folder)
    where checkpoint.step >= alarm.since || returnPoints?.contains(checkpoint.step) != true {
      checkpoint.remove()
    }
    do {
      // That the run was taken back counts only where it cannot go on from one of these any more.
      try synchronizeFolder(folder.checkpoints)
    } catch {
      throw RunFolder.Failure(error)
    }
    (method, optimizer) = try Self.model(of: configuration, beginningIn: folder, with: world)
    step = 0
    if let found = try Checkpoint.loadLatest(of: folder, into: method, optimizer) { (step, damaged) = found }
    try interventions.add(step: step, alarm: alarm)
    learningRateFactor = interventions.learningRateFactor
  }
}
