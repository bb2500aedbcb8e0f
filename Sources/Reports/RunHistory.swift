import Datasets
import Foundation
import Training

/// What a run wrote down while it trained.
public struct RunHistory {
  public let metrics: [StepMetrics]
  public let timing: [StepTiming]
  public let skipped: [SampleError]
  public let alarms: [Alarm]

  public init(of run: RunFolder) {
    metrics = Self.lines(run.metrics)
    timing = Self.lines(run.timing)
    skipped = Self.lines(run.skipped)
    alarms = Self.lines(run.alarms)
  }

  /// From launch to the last line, over all sessions of the run.
  public var seconds: Double { timing.secondsOverSessions }

  /// The last line may be unfinished: the run may be going on.
  private static func lines<Line: Decodable>(_ path: String) -> [Line] {
    let decoder = JSONDecoder()
    return (FileManager.default.contents(atPath: path) ?? Data()).split(separator: UInt8(ascii: "\n"))
      .compactMap { try? decoder.decode(Line.self, from: $0) }
  }
}
