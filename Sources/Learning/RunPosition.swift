/// Where a run stands when a batch comes: what the schedules of a method (a teacher's momentum, a temperature) look at.
public struct RunPosition: Sendable, Equatable {
  /// Counted from 0 over the whole run.
  public let step: Int
  public let totalSteps: Int
  public let stepsPerEpoch: Int

  public init(step: Int, totalSteps: Int, stepsPerEpoch: Int) {
    self.step = step
    self.totalSteps = totalSteps
    self.stepsPerEpoch = stepsPerEpoch
  }

  /// Epochs that are done, with the begun one's part.
  public var epoch: Double { Double(step) / Double(max(1, stepsPerEpoch)) }

  /// The part of the run that is done, 0 at its first step and below 1 at its last.
  public var progress: Double { Double(step) / Double(max(1, totalSteps)) }
}
