import Foundation
import Learning
import Measures
import Samples
import Torch

/// Writes the logs of a run. Losses stay on the device until a log interval is full, so that no step waits for one.
final class Journal {
  /// As it is now: a run may become shorter.
  var configuration: RunConfiguration
  private let metrics: LineLog
  private let timing: LineLog
  private let skipped: LineLog
  private let alarms: LineLog
  /// Of runs that end when their representation has settled.
  private let similarities: LineLog?
  private var settling = SettlingWatch()
  private var sentinel: CollapseSentinel
  private var listed: Set<ExactText>
  private var pending: [(line: StepMetrics, loss: Tensor)] = []
  private var lastAccuracy: Float?
  /// The last loss on held-out samples, and after which step it was measured.
  private var lastHeldOut: (step: Int, loss: Float)?
  private let start = ContinuousClock.now
  private var lastFlush = ContinuousClock.now
  private let firstStep: Int
  /// How long steps have waited for views so far.
  var waited: () -> Duration = { .zero }
  private var lastWaited = Duration.zero
  /// At the first flush: what the first step waited for could not be made ahead of it.
  private var settled: (time: ContinuousClock.Instant, waited: Duration)?

  /// - Parameters:
  ///   - step: where the run goes on; later lines are cut.
  ///   - method: what the sentinel has to know of it.
  init(configuration: RunConfiguration, folder: RunFolder, step: Int, of method: any Method) throws {
    self.configuration = configuration
    firstStep = step
    metrics = try LineLog(folder.metrics)
    timing = try LineLog(folder.timing)
    skipped = try LineLog(folder.skipped)
    try metrics.cut(after: step)
    try timing.cut(after: step)
    alarms = try LineLog(folder.alarms)
    try alarms.cut(after: step)
    sentinel = CollapseSentinel(
      chanceLoss: method.choiceCount(ofBatch: configuration.batchSize).map { log(Double($0)) },
      comparesEmbeddings: method.comparesEmbeddings,
      stepsPerEpoch: configuration.stepsPerEpoch, patience: configuration.patience)
    for line in try metrics.lines(of: StepMetrics.self) {
      _ = sentinel.check(line)
      if let loss = line.heldOutLoss { lastHeldOut = (line.step, loss) }
    }
    similarities = configuration.patience == .auto ? try LineLog(folder.similarities) : nil
    try similarities?.cut(after: step)
    for look in try similarities?.lines(of: SettlingWatch.Look.self) ?? [] { _ = settling.check(look) }
    listed = Set(RunFolder.readableLines(of: SampleError.self, in: folder.skipped).map { ExactText($0.name) })
  }

  /// Whether enough steps wait to be written.
  var isDue: Bool {
    guard let last = pending.last?.line.step else { return false }
    return last == 1 || last.isMultiple(of: configuration.logInterval)
  }

  func note(step: Int, epoch: Int, loss: Tensor, learningRate: Double) throws {
    let line = StepMetrics(step: step, epoch: epoch, loss: .nan, learningRate: Float(learningRate))
    pending.append((line, try loss.detach()))
  }

  /// - Throws: `Pretraining.Failure.diverged` where a gradient is not a number.
  func note(_ statistics: EmbeddingStatistics, norms: (gradients: Double, weights: Double)) throws {
    let line = pending[pending.count - 1].line
    guard norms.gradients.isFinite, norms.weights.isFinite else {
      throw diverged(at: line)
    }
    pending[pending.count - 1].line.add(statistics, norms: norms)
  }

  func note(_ losses: (seen: Float, heldOut: Float)) {
    // What cannot be written as a number is no measurement.
    guard losses.seen.isFinite, losses.heldOut.isFinite else { return }
    (pending[pending.count - 1].line.seenLoss, pending[pending.count - 1].line.heldOutLoss) = losses
    lastHeldOut = (pending[pending.count - 1].line.step, losses.heldOut)
  }

  /// The loss on held-out samples after a step; nil if it was not measured just then.
  func heldOutLoss(after step: Int) -> Float? { lastHeldOut.flatMap { $0.step == step ? $0.loss : nil } }

  /// - Returns: whether the representation has settled.
  func note(_ look: SettlingWatch.Look) throws -> Bool {
    try similarities?.append(look)
    let (correlation, isSettled) = settling.check(look)
    pending[pending.count - 1].line.stability = correlation.map { Float($0) }
    return isSettled
  }

  func note(kNNAccuracy: Float) {
    pending[pending.count - 1].line.kNNAccuracy = kNNAccuracy
    lastAccuracy = kNNAccuracy
  }

  /// Reads the losses back and writes what waits.
  ///
  /// - Throws: `Pretraining.Failure.diverged` where a loss is not a number.
  @discardableResult
  func flush() throws -> TrainingProgress? {
    guard !pending.isEmpty else { return nil }
    for index in pending.indices { pending[index].line.loss = Float(try pending[index].loss.item()) }
    let lines = pending.map(\.line)
    pending = []
    var alarm: Alarm?
    for line in lines {
      guard line.loss.isFinite else {
        throw diverged(at: line)
      }
      try metrics.append(line)
      if let found = sentinel.check(line) {
        try alarms.append(found)
        alarm = alarm ?? found
      }
    }
    let last = lines[lines.count - 1]
    let now = ContinuousClock.now
    let elapsed = lastFlush.duration(to: now)
    let rate = Double(lines.count * configuration.batchSize) / (elapsed / .seconds(1))
    let waitedNow = waited()
    let waiting = Self.share(waitedNow - lastWaited, of: elapsed)
    (lastFlush, lastWaited) = (now, waitedNow)
    let since = settled ?? (now, waitedNow)
    settled = since
    try timing.append(
      StepTiming(
        step: last.step, seconds: ProcessClock.secondsSinceLaunch, samplesPerSecond: rate, waiting: waiting))
    let schedule = configuration.schedule
    let secondsAStep = start.duration(to: now) / .seconds(1) / Double(last.step - firstStep)
    return TrainingProgress(
      metrics: last, totalSteps: schedule.totalSteps, shortening: schedule.shortening, samplesPerSecond: rate,
      secondsLeft: secondsAStep * Double(schedule.totalSteps - last.step), kNNAccuracy: lastAccuracy,
      waiting: Self.share(waitedNow - since.waited, of: since.time.duration(to: now)), alarm: alarm)
  }

  private func diverged(at line: StepMetrics) -> Pretraining.Failure {
    .diverged(step: line.step, learningRate: Double(line.learningRate), precision: configuration.precision)
  }

  private static func share(_ part: Duration, of whole: Duration) -> Double {
    whole > .zero ? min(1, max(0, part / whole)) : 0
  }

  /// Waits until the logs are on disk; they are then at least as long as a checkpoint written next expects.
  func synchronize(skipped samples: [SampleError]) throws {
    for sample in samples where listed.insert(ExactText(sample.name)).inserted { try skipped.append(sample) }
    try metrics.synchronize()
    try timing.synchronize()
    try alarms.synchronize()
    try similarities?.synchronize()
    try skipped.synchronize()
  }
}

/// When this process was launched.
enum ProcessClock {
  /// From the kernel's records on Linux, so that loading libraries counts; elsewhere from the first use.
  static var secondsSinceLaunch: Double {
    #if os(Linux)
      if let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
        let uptime = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8),
        let now = uptime.split(separator: " ").first.flatMap({ Double($0) }),
        // The name of the program stands in parentheses and may hold spaces; field 22 is counted from behind it.
        let fields = stat.split(separator: ")").last?.split(separator: " "), fields.count > 19,
        let ticks = Double(fields[19])
      {
        return now - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
      }
    #endif
    return firstUse.duration(to: .now) / .seconds(1)
  }

  private static let firstUse = ContinuousClock.now
}
