import ArgumentParsing
import Diagnosis
import Foundation
import Swiftlet

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Says how fast a run would be in more processes, and what limits it.",
    discussion: """
      The time of a step comes from the log of a run; of several runs that differ in their batch size, also what of it does \
      not depend on the batch. What processes send each other is counted. Latency and bandwidth are measured between two \
      processes of this machine unless they are given; 'swiftlet bench processes' measures them between machines.

        swiftlet plan runs/first --processes 2,4,8
        swiftlet plan runs/first --processes 8,64 --batch-size 4096 --latency 20 --bandwidth 1.2

      Without a run, for a network and a device whose speed is known, here eight to 1,024 GPUs with NCCL:

        swiftlet plan --method simclr --backbone resnet50 --samples-per-second 1200 --batch-size 4096 \
      --processes 8,64,1024 --latency 5 --bandwidth 25 --small-messages tree
      """)

  @Argument(
    help: ArgumentHelp("Folders of runs with the same method and network.", valueName: "run"), completion: .directory)
  var runs: [FilePath] = []

  @Option(help: "Numbers of processes, separated by commas.")
  var processes: String

  @Option(help: "Samples in a step, of all processes together. Default: those of the run.")
  var batchSize: Int?

  @Option(help: "Samples of each process in a step, so that the batch grows with their number.")
  var batchPerProcess: Int?

  @Option(help: "Samples that a process computes in a second, instead of those of the run.")
  var samplesPerSecond: Double?

  @Option(help: "Microseconds that a message takes, however small. Default: measured on this machine.")
  var latency: Double?

  @Option(help: "10⁹ bytes a second that a process sends. Default: measured on this machine.")
  var bandwidth: Double?

  @Option(help: "How small messages reach all processes: around a ring, as by Gloo, or along a tree, as by NCCL.")
  var smallMessages: ProcessNetwork.Way = .ring

  @Option(
    help:
      "The part of a step's computing during which gradients travel, 0 to 1. Default: 0.5, most of a backward pass; 0 if they were sent behind it."
  )
  var overlap: Double = 0.5

  @OptionGroup(title: "Without a run") var learning: LearningOptions

  @Flag(help: "Print one JSON object on standard output instead of the table.")
  var json = false

  mutating func validate() throws {
    _ = try counts()
    try requireValue(batchSize, in: 2...100_000_000, "--batch-size")
    try requireValue(batchPerProcess, in: 2...1_000_000, "--batch-per-process")
    try require(
      batchSize == nil || batchPerProcess == nil,
      "--batch-size and --batch-per-process exclude each other: the batch stays, or it grows")
    try requireValue(samplesPerSecond, in: 1e-6...1e9, "--samples-per-second")
    try requireValue(latency, in: 0...10_000_000, "--latency")
    try requireValue(bandwidth, in: 1e-6...1e6, "--bandwidth")
    try requireValue(overlap, in: 0...1, "--overlap")
    try require(
      (latency == nil) == (bandwidth == nil),
      "--latency and --bandwidth go together: give both, or none to measure them")
    if runs.isEmpty {
      try require(
        samplesPerSecond != nil && (batchSize ?? batchPerProcess) != nil,
        "name a run; or give --samples-per-second and --batch-size for a plan without one")
    } else {
      try require(
        learning.isEmpty, "the runs say how they learn: leave out --method, --preset, --backbone and their options")
    }
  }

  func run() throws {
    let console = Console()
    let counts = try counts()
    let (load, steps) = runs.isEmpty ? (try imagined(), []) : try measured()
    let network = try network(console)
    let (curve, origin) = curve(of: steps, load, network)
    let usual = steps.first.map { ProcessPlan.Batch.whole($0.batch) }
    let batch = batchSize.map { .whole($0) } ?? batchPerProcess.map { .each($0) } ?? usual ?? .whole(2)
    let plan = ProcessPlan(counts, batch: batch, curve, load, over: network.speed, overlap: overlap)
    let outcome = Outcome(plan: plan, runs: steps, network: network.origin, step: origin)
    if json { return try printJSON(outcome) }
    describe(outcome, console)
    try printTables(plan.text)
  }

  /// "8,64,1024"
  private func counts() throws -> [Int] {
    let numbers = processes.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.trimmingCharacters(in: .whitespaces), radix: 10)
    }
    try require(
      numbers.allSatisfy { $0.map { (1...65_536).contains($0) } ?? false },
      "--processes '\(processes)' must be numbers from 1 to 65536, separated by commas")
    return Array(Set(numbers.compactMap(\.self))).sorted()
  }

  // MARK: The step

  private func measured() throws -> (ProcessLoad, [MeasuredStep]) {
    let opened = try runs.map { path in
      let folder = openRun(path)
      return (path: path.path, folder: folder, run: try folder.open())
    }
    let first = opened[0]
    for other in opened.dropFirst() {
      if let what = other.run.configuration.difference(from: first.run.configuration) {
        throw ProcessPlan.Failure.otherRun(other.path, first: first.path, what: what)
      }
    }
    let steps = try opened.map { try MeasuredStep(of: $0.folder, $0.run.configuration) }
    let configuration = first.run.configuration
    let data = try first.folder.openSamples(configuration, first.run.samples)
    let layouts = try data.trainingLayouts(
      configuration.viewPlan, of: Array(data.names.indices), seed: configuration.seed)
    return (try configuration.measureLoad(of: layouts), steps)
  }

  /// The run that the options would make of pictures.
  private func imagined() throws -> ProcessLoad {
    var request = RunRequest()
    try learning.apply(to: &request)
    (request.batchSize, request.epochs) = (4, 1)
    (request.device, request.precision) = (.cpu, .float32)
    let proposal = try request.proposal(for: ImageFolder.imagined(count: Self.imaginedCount), SwiftletProgram.catalogue)
    let configuration = try request.plan(for: proposal).configuration
    let layouts = try proposal.data.trainingLayouts(
      configuration.viewPlan, of: proposal.training, seed: configuration.seed)
    return try configuration.measureLoad(of: layouts)
  }

  /// So many that the method's own preset is taken, and not the one for few samples.
  private static let imaginedCount = 100_000

  private func curve(
    of steps: [MeasuredStep], _ load: ProcessLoad, _ network: Network
  ) -> (curve: StepCurve, origin: StepCurve.Origin) {
    if let samplesPerSecond { return (StepCurve(fixed: 0, perSample: 1 / samplesPerSecond), .given) }
    return StepCurve.fitted(to: steps) { step in
      // What the run's own processes sent, over a step that computes nothing.
      ProcessPlan(
        [step.processes], batch: .whole(step.batch), StepCurve(fixed: 0, perSample: 0), load, over: network.speed
      ).rows[0].communication
    }
  }

  // MARK: The network

  private struct Network {
    let speed: ProcessNetwork
    let origin: NetworkOrigin
  }

  private func network(_ console: Console) throws -> Network {
    if let latency, let bandwidth {
      return Network(
        speed: .init(latency: latency / 1e6, bandwidth: bandwidth * 1e9, way: smallMessages), origin: .given)
    }
    do {
      let (latency, bandwidth) = try NetworkMeasurement.measure()
      return Network(speed: .init(latency: latency, bandwidth: bandwidth, way: smallMessages), origin: .measured)
    } catch let failure as NetworkMeasurement.Failure {
      let usual = ProcessNetwork.usual
      console.warn(
        "latency and bandwidth could not be measured (\(failure.reason)): those of ten-gigabit Ethernet are taken")
      return Network(
        speed: .init(latency: usual.latency, bandwidth: usual.bandwidth, way: smallMessages), origin: .usual)
    }
  }

  // MARK: Saying it

  enum NetworkOrigin: String, Encodable {
    case given, measured, usual
  }

  private func describe(_ outcome: Outcome, _ console: Console) {
    let (plan, network) = (outcome.plan, outcome.plan.network)
    let origin =
      switch outcome.network {
      case .given: "as given"
      case .measured: "measured between two processes of this machine; between machines it is slower"
      case .usual: "of ten-gigabit Ethernet, neither measured nor given"
      }
    console.say(
      "Network    \(Figure.number(1e6 * network.latency)) µs a message, \(Figure.number(network.bandwidth / 1e9)) GB/s, \(origin)"
    )
    let line =
      "\(Figure.number(1000 * plan.curve.perSample)) ms a sample"
      + (plan.curve.fixed > 0 ? " and \(Figure.number(1000 * plan.curve.fixed)) ms a step" : "")
    let source =
      switch outcome.step {
      case .given: "as given"
      case .severalRuns: "fitted to \(outcome.runs.count) runs"
      case .profiledRun: "of a step and its update of the weights in \(outcome.runs[0].run)"
      case .oneRun:
        "of \(outcome.runs[0].run); all of a step is taken to grow with the batch, unless runs with other batches are named too"
      }
    console.say("Computing  \(line), \(source)")
    console.say(
      "Sent       \(Figure.bytes(plan.load.gradientBytes)) of gradients a step"
        + (plan.load.outputs > 0 ? ", \(Figure.count(plan.load.outputBytesPerSample)) bytes of outputs a sample" : ""))
    for step in outcome.runs where step.waiting > 0.05 && outcome.step != .given {
      console.warn(
        "steps of \(step.run) waited for their views \(Figure.percent(step.waiting)) of the time, which counts as computing"
      )
    }
  }

  private struct Outcome: Encodable {
    let plan: ProcessPlan
    let runs: [MeasuredStep]
    let network: NetworkOrigin
    let step: StepCurve.Origin

    private enum CodingKeys: String, CodingKey { case runs, networkOrigin, stepOrigin }

    func encode(to encoder: any Swift.Encoder) throws {
      try plan.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(runs, forKey: .runs)
      try container.encode(network, forKey: .networkOrigin)
      try container.encode(step, forKey: .stepOrigin)
    }
  }
}

extension ProcessNetwork.Way: ExpressibleByArgument {}

extension LearningOptions {
  /// Whether nothing was chosen.
  fileprivate var isEmpty: Bool { method == nil && preset == nil && network.backbone == nil && chosen.isEmpty }
}

extension RunConfiguration {
  /// What keeps two runs from being of one plan; nil where nothing does.
  fileprivate func difference(from other: RunConfiguration) -> String? {
    if method.name != other.method.name { return "method" }
    if backbone.title != other.backbone.title { return "network" }
    if data.kind != other.data.kind { return "kind of data" }
    if precision != other.precision { return "precision" }
    return computeThreads != other.computeThreads ? "number of threads" : nil
  }
}
