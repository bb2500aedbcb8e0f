import Samples
import Torch

/// Times the parts of a step in a profiled run. Without a stopwatch nothing is timed, and no step waits for the device.
final class Stopwatch {
  private let device: Device
  private let loader: Loader
  private var times: [StepProfile.Part: Duration] = [:]
  /// How long gradients were on their way between the processes, and were waited for; nil where that is not known.
  private var exchange: (sent: Duration, waited: Duration)?
  private var steps = 0
  /// Once the first step is done: it allocates, and nothing could be made ahead of it.
  private var beginning: (time: ContinuousClock.Instant, loader: LoaderWork)?

  init(of loader: Loader, on device: Device) {
    self.loader = loader
    self.device = device
  }

  func time<Result, Failure: Error>(
    _ part: StepProfile.Part, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = ContinuousClock.now
    let result = try body()
    // Else a part would only have been asked for. What a device cannot say fails in the step itself.
    try? device.synchronize()
    times[part, default: .zero] += start.duration(to: .now)
    return result
  }

  /// Notes how long the gradients of a step were on their way, and how long they were waited for, in seconds.
  func noteExchange(sent: Double, waited: Double) {
    guard sent > 0 else { return }
    let former = exchange ?? (.zero, .zero)
    exchange = (former.sent + .seconds(sent), former.waited + .seconds(min(sent, waited)))
  }

  func stepIsDone() {
    if beginning == nil {
      (times, exchange) = ([:], nil)
      beginning = (.now, loader.work)
    } else {
      steps += 1
    }
  }

  /// Nil before the second step.
  func profile(threads: Int, cores: Int, _ adjustable: StepProfile.Adjustable) -> StepProfile? {
    guard let beginning, steps > 0 else { return nil }
    let work = loader.work
    return StepProfile(
      steps: steps, total: beginning.time.duration(to: .now), parts: times, exchange: exchange,
      decoding: work.decoding - beginning.loader.decoding,
      drawing: work.drawing - beginning.loader.drawing, loaderThreads: threads, cores: cores,
      adjustable: adjustable)
  }
}

extension Stopwatch? {
  /// Runs `body`, and times it if there is a stopwatch.
  func time<Result, Failure: Error>(
    _ part: StepProfile.Part, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let self else { return try body() }
    return try self.time(part, body)
  }

  func stepIsDone() { self?.stepIsDone() }
}
