import Foundation
import Samples
import Training

/// The logs of a run.
package struct RunHistory {
  /// The lines of `metrics.jsonl`, in order.
  package let metrics: [StepMetrics]
  /// The lines of `timing.jsonl`, in order.
  package let timing: [StepTiming]
  /// Samples that could not be read, with the reason.
  package let skipped: [SampleError]
  /// The alarms of the collapse sentinel.
  package let alarms: [Alarm]

  /// Reads the logs. A line that cannot be read is left out, as is a log that is not there.
  package init(of run: RunFolder) {
    metrics = RunFolder.readableLines(of: StepMetrics.self, in: run.metrics)
    timing = RunFolder.readableLines(of: StepTiming.self, in: run.timing)
    skipped = RunFolder.readableLines(of: SampleError.self, in: run.skipped)
    alarms = RunFolder.readableLines(of: Alarm.self, in: run.alarms)
  }

  /// How long the run trained, in seconds: from the start of each session to its last line.
  package var seconds: Double { timing.secondsOverSessions }
}
