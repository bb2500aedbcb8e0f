/// The position of a step in its run, which the schedules of a method (a teacher's momentum, a temperature) depend on.
public struct RunPosition: Sendable, Equatable {
  /// Counted from 0 over the whole run.
  public let step: Int
  public let totalSteps: Int
  public let stepsPerEpoch: Int

  /// - Parameter progress: nil where steps are even parts of the run, as they are unless its schedule was shortened.
  public init(step: Int, totalSteps: Int, stepsPerEpoch: Int, progress: Double? = nil) {
    self.step = step
    self.totalSteps = totalSteps
    self.stepsPerEpoch = stepsPerEpoch
    self.progress = progress ?? Double(step) / Double(max(1, totalSteps))
  }

  /// The number of epochs that are done, with a fraction for the current one.
  public var epoch: Double { Double(step) / Double(max(1, stepsPerEpoch)) }

  /// The part of the run that is done, 0 at its first step and below 1 at its last.
  public let progress: Double
}
