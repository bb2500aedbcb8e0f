import Foundation
import Samples
import Training

/// What a run wrote down while it trained.
public struct RunHistory {
  public let metrics: [StepMetrics]
  public let timing: [StepTiming]
  public let skipped: [SampleError]
  public let alarms: [Alarm]

  public init(of run: RunFolder) {
    metrics = RunFolder.readableLines(of: StepMetrics.self, in: run.metrics)
    timing = RunFolder.readableLines(of: StepTiming.self, in: run.timing)
    skipped = RunFolder.readableLines(of: SampleError.self, in: run.skipped)
    alarms = RunFolder.readableLines(of: Alarm.self, in: run.alarms)
  }

  /// From launch to the last line, over all sessions of the run.
  public var seconds: Double { timing.secondsOverSessions }
}
