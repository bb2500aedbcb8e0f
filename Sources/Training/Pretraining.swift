import Backbones
import Files
import Foundation
import Learning
import Measures
import Optimizers
import Samples
import Settings
import Torch

/// Learning a representation from data without labels.
///
///     let photos = try ImageFolder("photos")
///     let run = try Pretraining(of: photos, method: .simCLR(temperature: 0.2), in: "runs/first")
///     try run.train(epochs: 100) { step in print(step.loss) }
///     let vectors = try run.encoder.embeddings(of: photos)
///
/// All tensor calls happen on the thread that calls `train`. Several processes may train together (`World`): each has its part
/// of every batch, and process 0 alone has the folder.
public final class Pretraining {
  public private(set) var configuration: RunConfiguration
  public let folder: RunFolder
  /// The number of steps that are done.
  public private(set) var step: Int
  public private(set) var skipped: [SampleError] = []
  /// Newer checkpoints that could not be used when the run went on.
  package private(set) var damaged: [Checkpoint.Damage] = []

  /// What came up while samples were read and changes no result, a sentence each.
  public var troubles: [String] { data.troubles }

  /// When the run is to end. Where it will be late, what is left of its schedule is shortened, once; the configuration records
  /// this, so that going on with the run gives the same. Nil for never, as where a run goes on.
  public var deadline: ContinuousClock.Instant?

  /// Whether `train` times what its steps do. On a device, each part then waits for it to finish.
  public var isProfiled = false
  /// What the steps of a profiled run spent their time on, after training; also in `profile.json`.
  package private(set) var profile: StepProfile?

  /// How the samples differ from what they were when the run began; nil if this is not known.
  package private(set) var changes: SampleChanges?

  private let data: any SampleCollection
  /// All samples that were found, not only those it trains on.
  package var samples: any SampleCollection { data }
  /// The samples to train on, and those on which only the loss is measured.
  private let indices: [Int]
  private let heldOut: [Int]
  private var method: any Method
  private var optimizer: any Optimizer
  /// The other processes that train this run.
  package let world: World
  private var interventions: Interventions
  /// What the learning rate is multiplied with since the run was taken back.
  private var learningRateFactor: Double
  private let device: Device
  /// Whether this object made the folder, and not another before it.
  private let isNew: Bool
  /// Keeps other processes from writing to the run; nil where this one cannot write either.
  private let hold: RunHold?

  /// Why nothing keeps other processes from writing to the run, if that is so: one sentence.
  package var holdProblem: String? { hold?.problem }

  /// Whether `train` came to the end of the schedule or was asked to stop before.
  public enum Outcome: Sendable {
    case finished
    case interrupted
    /// The sentinel stopped the run; the newest checkpoint is from before it went wrong.
    case stopped(Alarm)
  }

  /// Starts a new run: its folder exists when this returns.
  ///
  /// - Parameters:
  ///   - indices: the samples to train on.
  ///   - heldOut: those whose loss is watched; the others are left alone.
  ///   - beginning: the state of the network before the first step, as `StartingWeights.fitted` gives it; nil for
  ///     random weights, or those that the samples give to a network with `BackboneSettings.beginsWithData`.
  /// - Throws: `SettingError` where a number of the configuration makes no sense; `RunFolder.Failure`.
  public convenience init(
    of data: any SampleCollection, training indices: [Int], heldOut: [Int] = [], configuration: RunConfiguration,
    beginning: [(name: String, tensor: Tensor)]? = nil, in folder: RunFolder
  ) throws {
    try self.init(
      of: data, training: indices, heldOut: heldOut, configuration: configuration, beginning: beginning, in: folder,
      with: .alone)
  }

  /// - Parameter world: of which this is process 0; the others join it.
  package convenience init(
    of data: any SampleCollection, training indices: [Int], heldOut: [Int] = [], configuration: RunConfiguration,
    beginning: [(name: String, tensor: Tensor)]? = nil, in folder: RunFolder, with world: World
  ) throws {
    var configuration = configuration
    configuration.processes = world.size == 1 ? nil : world.size
    try configuration.checkDivides(among: world)
    configuration.heldOutCount = heldOut.count
    try configuration.validate()
    try configuration.validate(sampleCount: indices.count)
    _ = try data.trainingLayouts(configuration.viewPlan, of: indices, seed: configuration.seed)
    var beginning = beginning
    if beginning != nil, configuration.beginsWith == nil { configuration.beginsWith = "weights given by a program" }
    if beginning == nil, configuration.backbone.settings.beginsWithData {
      beginning = try data.startingWeights(of: indices, for: configuration.backbone)
      if beginning == nil { throw Failure.noStartInData(network: configuration.backbone.title) }
    }
    let hold = try folder.create(configuration, samples: data.listing(of: indices + heldOut), skipped: data.skipped) {
      draft in
      if let beginning { try Safetensors.write(beginning, to: draft.initial) }
    }
    try self.init(
      data, indices: indices, heldOut: heldOut, configuration: configuration, folder: folder, hold: hold, isNew: true,
      world: world)
    do {
      try meet()
    } catch {
      // Others cannot join it, so that nothing was learned.
      folder.remove()
      throw error
    }
  }

  /// Goes on with a run from its newest checkpoint, or from its beginning where it has none yet.
  ///
  /// - Parameters:
  ///   - loaderThreads: other than recorded; results do not depend on it.
  ///   - cache: whether decoded pictures are kept on disk; neither do they depend on this.
  ///   - acceptsChanges: whether the run goes on though samples have changed or are gone. It then computes something else
  ///     than it would have without the interruption.
  /// - Throws: `RunFolder.Failure.inUse` where another process goes on with it; `.dataMoved` where its samples are gone;
  ///   `Failure.samplesChanged`; `.labelsChanged` where it learns from them
  public convenience init(
    resuming folder: RunFolder, loaderThreads: Int? = nil, cache: CacheChoice = .off, acceptsChanges: Bool = false
  ) throws {
    try self.init(
      resuming: folder, loaderThreads: loaderThreads, cache: cache, acceptsChanges: acceptsChanges, with: .alone)
  }

  /// - Parameter world: of which this is process 0; the others join it.
  package convenience init(
    resuming folder: RunFolder, loaderThreads: Int? = nil, cache: CacheChoice = .off, acceptsChanges: Bool = false,
    with world: World
  ) throws {
    _ = try folder.open()
    if folder.isFineTuned { throw RunFolder.Failure.fineTuned(path: folder.path) }
    let hold = try folder.hold()
    try folder.checkCheckpointsAreItsOwn()
    // Read only now: what held it before may have changed it.
    var (configuration, samples) = try folder.open()
    if let loaderThreads { configuration.loaderThreads = loaderThreads }
    try configuration.checkDivides(among: world)
    let data = try folder.openSamples(configuration, samples).cached(cache)
    let isFinished = Checkpoint.all(in: folder).first?.step == configuration.schedule.totalSteps
    let changes = isFinished ? nil : data.changes()
    if let changes, changes.matter, !acceptsChanges {
      throw Failure.samplesChanged(run: folder.path, kind: configuration.data.plural, changes)
    }
    if let file = changes?.relabelled, configuration.learnsFromLabels, !acceptsChanges {
      throw Failure.labelsChanged(run: folder.path, file: file)
    }
    let all = Array(data.names.indices)
    do throws(SettingError) {
      try configuration.validate()
      try configuration.validate(
        sampleCount: all.count - configuration.heldOutCount, step: Checkpoint.all(in: folder).first?.step ?? 0)
    } catch {
      throw RunFolder.Failure.malformed(path: folder.configuration, reason: error.description)
    }
    try self.init(
      data, indices: all.dropLast(configuration.heldOutCount), heldOut: all.suffix(configuration.heldOutCount),
      configuration: configuration, folder: folder, hold: hold, isNew: false, world: world)
    self.changes = changes
    if let found = try Checkpoint.loadLatest(of: folder, into: method, optimizer) {
      (step, damaged) = found
    }
    try meet()
  }

  /// Trains the run of process 0 along with it: its configuration, its list of samples and its weights come from there. The
  /// samples have to be here in the same places.
  ///
  /// - Throws: `RunFolder.Failure.dataMoved` where the samples are not here; `WorldFailure.differing` where they are others.
  package convenience init(joining world: World, _ catalogue: Catalogue, cache: CacheChoice = .off) throws {
    let meeting = Data(try world.broadcast([]))
    let list = Data(try world.broadcast([]))
    let path = try world.decided { "" }
    let configuration = try catalogue.decoder.decode(RunConfiguration.self, from: meeting)
    let folder = RunFolder(path, catalogue)
    let listing = try configuration.data.listing(from: list, with: catalogue.decoder)
    let data = try folder.openSamples(configuration, listing).cached(cache)
    if let changes = data.changes(), changes.matter {
      throw WorldFailure.differing(rank: world.rank, what: "other samples than process 0 (\(changes.summary))")
    }
    let all = Array(data.names.indices)
    try self.init(
      data, indices: all.dropLast(configuration.heldOutCount), heldOut: all.suffix(configuration.heldOutCount),
      configuration: configuration, folder: folder, hold: nil, isNew: false, world: world)
    try shareState()
  }

  /// Tells the processes that join what they train on.
  private func meet() throws {
    if world.size == 1 { return }
    let encoder = RunConfiguration.encoder
    _ = try world.broadcast(Array(encoder.encode(configuration)))
    _ = try world.broadcast(Array(encoder.encode(data.listing(of: indices + heldOut))))
    _ = try world.decided { folder.path }
    try shareState()
  }

  /// Gives all processes the state of process 0.
  private func shareState() throws {
    (step, learningRateFactor) = try world.decided { State(step: step, learningRateFactor: learningRateFactor) }.pair
    try world.share(method, optimizer, after: step)
  }

  private struct State: Codable {
    let step: Int
    let learningRateFactor: Double
    var pair: (Int, Double) { (step, learningRateFactor) }
  }

  private init(
    _ data: any SampleCollection, indices: [Int], heldOut: [Int], configuration: RunConfiguration, folder: RunFolder,
    hold: RunHold?, isNew: Bool, world: World
  ) throws {
    self.world = world
    self.hold = hold
    self.data = data
    self.heldOut = heldOut
    self.isNew = isNew
    self.indices = indices
    self.configuration = configuration
    self.folder = folder
    device = try configuration.presentDevice()
    step = 0
    interventions = try Interventions(of: world.isLeader ? folder : nil)
    learningRateFactor = interventions.learningRateFactor
    try configuration.useThreads()
    (method, optimizer) = try Self.model(of: configuration, beginningIn: folder, with: world)
  }

  /// Processes that join get their weights from process 0.
  private static func model(
    of configuration: RunConfiguration, beginningIn folder: RunFolder, with world: World
  ) throws -> (any Method, any Optimizer) {
    let (method, optimizer) =
      world.isLeader ? try configuration.buildModel(beginningIn: folder) : try configuration.buildModel()
    method.join(world)
    return (method, optimizer)
  }

  /// The backbone as it stands now.
  public var encoder: Encoder {
    Encoder(
      method.backbone, data: configuration.data, device: device, precision: configuration.precision,
      loaderThreads: configuration.loaderThreads)
  }

  public var parameterCount: Int { method.parameterCount }

  /// Gives a run that has not begun another schedule, and records it.
  ///
  /// - Throws: `SettingError`; `Failure.scheduleIsFixed` after the first step, unless it is the schedule that the run has.
  public func setSchedule(_ schedule: Schedule) throws {
    guard schedule != configuration.schedule else { return }
    try Settings.validate(schedule, under: "schedule")
    guard step == 0 else {
      throw Failure.scheduleIsFixed(step: step, totalSteps: configuration.schedule.totalSteps)
    }
    var changed = configuration
    changed.schedule = schedule
    if world.isLeader { try folder.record(changed) }
    configuration = changed
  }

  private var isShortened: Bool { configuration.schedule.shortening != nil }

  private func shorten(to total: Int) throws {
    var changed = configuration
    changed.schedule.shorten(after: step, to: total)
    if world.isLeader { try folder.record(changed) }
    configuration = changed
  }

  /// Trains to the end of the schedule.
  ///
  /// - Parameters:
  ///   - report: called after the first step and at every log interval.
  ///   - shouldStop: asked before every step; true saves a checkpoint and returns.
  /// - Throws: `Failure.unwritable` where the disk is full: what the newest checkpoint holds is safe.
  @discardableResult
  public func train(
    report: (TrainingProgress) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    do {
      while true {
        let outcome = try takeSteps(shouldStop: shouldStop, report: report)
        guard case .stopped(let alarm) = outcome, try mayGoBack(because: alarm) else { return outcome }
        try goBack(because: alarm)
      }
    } catch RunFolder.Failure.unwritable(let path, let reason) {
      throw unwritable("\(RunFolder.Failure.unwritable(path: path, reason: reason))")
    } catch let failure as Safetensors.Failure {
      throw unwritable("\(failure)")
    } catch let error as LoaderError {
      // Nothing could be read, so nothing was learned that the folder could keep.
      if isNew, step == 0, world.isLeader { folder.remove() }
      throw error
    }
  }

  private func unwritable(_ problem: String) -> Failure {
    .unwritable(run: folder.path, problem: problem, step: step, kept: Checkpoint.all(in: folder).first?.step)
  }

  /// A run that overfits is not taken back: learning the same again more slowly does not help.
  private func mayGoBack(because alarm: Alarm) throws -> Bool {
    try world.decided {
      configuration.onCollapse == .rollback && alarm.kind != .overfitting
        && interventions.entries.count < Interventions.most
    }
  }

  private var returnPoints: ReturnPoints? { ReturnPoints(of: configuration) }

  /// Returns to the newest return point from before it went wrong, or else to the beginning, at half the learning rate.
  private func goBack(because alarm: Alarm) throws {
    if world.isLeader {
      try takeBack(because: alarm)
    } else {
      // Back at the beginning, an optimiser has no state.
      (method, optimizer) = try Self.model(of: configuration, beginningIn: folder, with: world)
    }
    try shareState()
  }

  private func takeBack(because alarm: Alarm) throws {
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

  /// - Returns: `.stopped` where something goes wrong and the run is not only to be warned of it.
  private func takeSteps(shouldStop: () -> Bool, report: (TrainingProgress) throws -> Void) throws -> Outcome {
    do {
      return try takeNumberedSteps(shouldStop: shouldStop, report: report)
    } catch Failure.diverged(let step, let rate, let precision) {
      let alarm = Alarm(
        kind: .notANumber, step: step, since: step, what: "the loss stopped being a number",
        advice: "the learning rate was \(rate): \(Failure.steadier(precision))")
      guard try mayGoBack(because: alarm) else {
        throw Failure.diverged(step: step, learningRate: rate, precision: precision)
      }
      return .stopped(alarm)
    }
  }

  private func takeNumberedSteps(
    shouldStop: () -> Bool, report: (TrainingProgress) throws -> Void
  ) throws -> Outcome {
    var total = configuration.schedule.totalSteps
    // Process 0 alone writes, measures and keeps the time.
    let journal =
      world.isLeader ? try Journal(configuration: configuration, folder: folder, step: step, of: method) : nil
    var measurements = try PeriodicMeasurements(
      at: data, training: indices, heldOut: heldOut, plan: configuration.viewPlan, configuration)
    let source = try data.trainingViews(configuration.viewPlan, of: indices, seed: configuration.seed)
    let loader = configuration.loader(of: source, sampleCount: indices.count, steps: step..<total, in: world)
    journal?.waited = { loader.waited }
    var timekeeper = isShortened ? nil : deadline.map { Timekeeper(after: step, until: $0) }
    let stopwatch = isProfiled && world.isLeader ? Stopwatch(of: loader, on: device) : nil
    defer { if skipped.isEmpty { skipped = loader.skipped } }
    var lastCheckpoint = ContinuousClock.now
    var savingTime = Duration.zero
    // Several processes agree on it at the end of a step.
    var stops = false

    while step < total, let batch = try stopwatch.time(.waiting, loader.next) {
      if world.size == 1 { stops = shouldStop() }
      if stops {
        try save(journal, loader)
        try collectSkipped(journal, loader)
        try note(stopwatch)
        return .interrupted
      }
      try Runtime.seed(configuration.seed(at: step, part: world.rank))
      let rates = configuration.rates(at: step).scaled(by: learningRateFactor)
      let position = configuration.position(at: step)
      let views = try stopwatch.time(.copy) { try batch.views(on: device, longest: world.longest(of: batch)) }
      var (output, loss) = try configuration.computeGradients(of: method, views, at: position, in: world, stopwatch)
      if world.size > 1 {
        (loss, stops) = try stopwatch.time(.backward) { try addUp(loss, stopping: shouldStop()) }
      }
      let isMeasured = measurements.isDue(at: step + 1)
      let norms = isMeasured && world.isLeader ? try method.norms() : nil
      try stopwatch.time(.update) {
        try method.beforeStep(at: position)
        try optimizer.step(rates)
        try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
      }
      step += 1

      let isEndOfEpoch = step.isMultiple(of: configuration.stepsPerEpoch)
      let isLast = step == total
      if isMeasured, world.size > 1, method.lossIsMeanOfSamples { output = try world.gathering(output) }
      try journal?.note(step: step, epoch: batch.epoch, loss: loss, learningRate: rates.learning)
      if isMeasured || isEndOfEpoch || isLast {
        let verdict = try world.decided {
          var verdict = try judge { () throws -> TrainingProgress? in
            guard let journal else { return nil }
            if let norms { try journal.note(EmbeddingStatistics(output.embeddings), norms: norms) }
            if isEndOfEpoch || isLast {
              // The others wait at the next thing that they do together.
              method.join(.alone)
              try measurements.note(in: journal, afterEpoch: batch.epoch, of: method, encoder, at: position)
              method.join(world)
            }
            let progress = try journal.flush()
            if let progress { try report(progress) }
            return progress
          }
          verdict.totalSteps = timekeeper?.stepsInTime(after: step, of: total)
          return verdict
        }
        if let divergence = verdict.divergence {
          throw Failure.diverged(
            step: divergence.step, learningRate: divergence.learningRate, precision: configuration.precision)
        }
        if let alarm = verdict.alarm, configuration.ends(by: alarm) {
          if alarm.kind == .overfitting { try save(journal, loader) }
          return .stopped(alarm)
        }
        if let fitting = verdict.totalSteps {
          try shorten(to: fitting)
          (total, timekeeper) = (fitting, nil)
          measurements.schedule = configuration.schedule
          journal?.schedule = configuration.schedule
        }
        if isLast || step.isMultiple(of: max(Self.stepsBetweenChecks, configuration.stepsPerEpoch)) {
          try world.checkAgreement(on: method, after: step)
        }
      }
      // Where epochs are short, checkpoints wait until they take no more than a hundredth of the time.
      let age = lastCheckpoint.duration(to: .now)
      let isReturnPoint = returnPoints?.contains(step) == true
      if isLast || isReturnPoint || age > .seconds(240) || isEndOfEpoch && age >= savingTime * 100 {
        savingTime = try ContinuousClock().measure { try save(journal, loader) }
        lastCheckpoint = .now
      }
      stopwatch.stepIsDone()
    }
    try collectSkipped(journal, loader)
    try note(stopwatch)
    return .finished
  }

  /// Processes compare their weights at least so far apart.
  private static let stepsBetweenChecks = 100

  /// What process 0 found at a step.
  private struct Verdict: Codable {
    struct Divergence: Codable {
      let step: Int
      let learningRate: Double
    }
    var alarm: Alarm?
    var divergence: Divergence?
    /// To how many steps the run is shortened.
    var totalSteps: Int?
  }

  private func judge(_ find: () throws -> TrainingProgress?) throws -> Verdict {
    do {
      return Verdict(alarm: try find()?.alarm)
    } catch Failure.diverged(let step, let rate, _) {
      return Verdict(divergence: .init(step: step, learningRate: rate))
    }
  }

  /// Adds up the gradients of all processes.
  ///
  /// - Returns: the loss of the whole batch, and whether any process was asked to stop.
  private func addUp(_ loss: Tensor, stopping: Bool) throws -> (loss: Tensor, stops: Bool) {
    let stop = try Tensor([stopping ? 1.0 : 0], shape: [])
    let isMean = method.lossIsMeanOfSamples
    let sums = try SharedGradients(world).sum(of: method, with: isMean ? [stop, loss] : [stop])
    return (isMean ? try Tensor([sums[1]], shape: []) : loss, sums[0] > 0)
  }

  /// The samples that any process could not read.
  private func collectSkipped(_ journal: Journal?, _ loader: Loader) throws {
    skipped = try world.union(of: loader.skipped)
    try journal?.synchronize(skipped: skipped)
  }

  private func note(_ stopwatch: Stopwatch?) throws {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let found = stopwatch?.profile(threads: configuration.loaderThreads, cores: cores, adjustable)
    guard let found else { return }
    profile = found
    try folder.record(found)
  }

  private var adjustable: StepProfile.Adjustable {
    StepProfile.Adjustable(
      views: folder.catalogue.smallerSettings(of: configuration.data), network: configuration.backbone.smallerSettings,
      hasProjector: configuration.method.projector != nil, isFloat32: configuration.precision == .float32)
  }

  /// What would help where steps waited for their views for much of the time; nil where they did not.
  ///
  /// - Parameter progress: the last of the run.
  public func bottleneck(_ progress: TrainingProgress) -> Explanation? {
    guard progress.waiting > StepProfile.Bearable.waiting else { return nil }
    let isDecoded = data.samplesInMemory(of: indices).byteCount > 0
    let cache: Explanation = isDecoded ? ", a \(setting: "cache") folder on a fast disk" : ""
    let views = adjustable.views
    let smaller: Explanation = views.isEmpty ? "" : ", or a smaller \(settings: views, "or")"
    return """
      the steps waited for their views \(Figure.percent(progress.waiting)) of the time: making views is the bottleneck. Try \
      more \(setting: "loader-threads")\(cache)\(smaller)
      """
  }

  /// Process 0 does.
  private func save(_ journal: Journal?, _ loader: Loader) throws {
    guard let journal else { return }
    // The lines of all steps before the checkpoint, else going on from it would leave a gap.
    try journal.flush()
    try journal.synchronize(skipped: loader.skipped)
    try Checkpoint.write(step: step, method: method, optimizer: optimizer, returnPoints: returnPoints, in: folder)
  }
}
