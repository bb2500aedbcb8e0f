import Foundation
import Learning
import Settings
import Training

/// Seconds that a process computes in a step, as a line over its part of the batch.
package struct StepCurve: Sendable, Equatable, Encodable {
  /// What does not depend on the batch: the update of the weights.
  package let fixed: Double
  package let perSample: Double

  package init(fixed: Double, perSample: Double) {
    self.fixed = fixed
    self.perSample = perSample
  }

  package func seconds(_ samples: Double) -> Double { fixed + perSample * samples }
}

/// What a run took for its steps.
package struct MeasuredStep: Sendable, Equatable, Encodable {
  package let run: String
  /// Of the whole batch.
  package let batch: Int
  package let processes: Int
  /// A step, by the median over the lines of the log.
  package let seconds: Double
  /// What the update of the weights took of it, where the run was profiled.
  package let update: Double?
  /// The part of the time in which steps waited for their views.
  package let waiting: Double

  package init(
    run: String, batch: Int, processes: Int, seconds: Double, update: Double? = nil, waiting: Double = 0
  ) {
    self.run = run
    self.batch = batch
    self.processes = processes
    self.seconds = seconds
    self.update = update
    self.waiting = waiting
  }

  /// Reads the log of a run. The first step, which allocates, does not count.
  ///
  /// - Throws: `ProcessPlan.Failure.noTiming`
  package init(of folder: RunFolder, _ configuration: RunConfiguration) throws {
    let lines = RunFolder.readableLines(of: StepTiming.self, in: folder.timing)
    if lines.isEmpty { throw ProcessPlan.Failure.noTiming(run: folder.path, reason: "its timing.jsonl says nothing") }
    let times = lines.filter { $0.step > 1 }.map { Double(configuration.batchSize) / $0.samplesPerSecond }
      .filter { $0.isFinite && $0 > 0 }.sorted()
    guard !times.isEmpty else {
      throw ProcessPlan.Failure.noTiming(
        run: folder.path, reason: "only its first step was timed, which allocates and says little of the others")
    }
    let profile = try folder.recorded(StepProfile.self, in: folder.profile, remedy: "remove it")
    let waits = lines.filter { $0.step > 1 }.compactMap(\.waiting).sorted()
    self.init(
      run: folder.path, batch: configuration.batchSize, processes: configuration.processes ?? 1,
      seconds: times[times.count / 2], update: profile?.parts[.update].map { $0 / 1000 },
      waiting: waits.isEmpty ? 0 : waits[waits.count / 2])
  }
}

extension StepCurve {
  /// Where the times came from, in a sentence.
  package enum Origin: String, Sendable, Encodable {
    /// Runs with parts of the batch of different sizes.
    case severalRuns
    /// One run and its profile.
    case profiledRun
    /// One run; all of its step is taken for what grows with the batch.
    case oneRun
    /// A number of samples a second that somebody says.
    case given
  }

  /// - Parameters:
  ///   - steps: at least one.
  ///   - communication: what the processes of a run sent each other, in seconds.
  package static func fitted(
    to steps: [MeasuredStep], communication: (MeasuredStep) -> Double
  ) -> (curve: StepCurve, origin: Origin) {
    let points = steps.map { step in
      // Something is left for computing, whatever the network is thought to take.
      (
        x: Double(step.batch) / Double(step.processes),
        y: max(step.seconds - communication(step), 0.05 * step.seconds)
      )
    }
    let meanTime = points.reduce(0) { $0 + $1.y / $1.x } / Double(points.count)
    if Set(points.map(\.x)).count > 1 {
      // Neither part of a step takes less than no time.
      guard let line = Line(points), line.slope > 0 else {
        return (StepCurve(fixed: points.map(\.y).min() ?? 0, perSample: 0), .severalRuns)
      }
      return (
        line.start >= 0
          ? StepCurve(fixed: line.start, perSample: line.slope) : StepCurve(fixed: 0, perSample: meanTime),
        .severalRuns
      )
    }
    guard let update = steps.compactMap(\.update).first, update < points[0].y else {
      return (StepCurve(fixed: 0, perSample: meanTime), .oneRun)
    }
    return (StepCurve(fixed: update, perSample: (points[0].y - update) / points[0].x), .profiledRun)
  }
}
