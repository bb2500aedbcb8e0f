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
/// All tensor calls happen on the thread that calls `train`.
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
  private var interventions: Interventions
  private let device: Device
  /// Whether this object made the folder, and not another before it.
  private let isNew: Bool
  /// Keeps other processes from writing to the run; nil where this one cannot write either.
  private let hold: RunHold?

  /// Why nothing keeps other processes from writing to the run, if that is so: one sentence.
  package var holdProblem: String? { hold?.problem }

  public enum Failure: Error, Sendable, Explained {
    /// The loss is not a number any more; with the precision where another could be chosen.
    case diverged(step: Int, learningRate: Double, precision: RunConfiguration.Precision? = nil)
    /// The disk is full, or not to be written on; `kept` is the step of the newest checkpoint.
    case unwritable(run: String, problem: String, step: Int, kept: Int?)
    case deviceAbsent(String)
    /// Samples of a run are not what they were when it began.
    case samplesChanged(run: String, kind: String, SampleChanges)
    /// The labels of samples are not what they were when a run began that learns from them.
    case labelsChanged(run: String, file: String)
    /// The schedule of a run is what its first step was made with.
    case scheduleIsFixed(step: Int, totalSteps: Int)
    /// The network wants to begin with what the samples give, and samples of this kind give nothing.
    case noStartInData(network: String)

    public var explanation: Explanation {
      switch self {
      case .diverged(let step, let rate, let precision):
        """
        the loss stopped being a number at step \(step) with the learning rate \(rate): \(Self.steadier(precision)); \
        the checkpoints before it are kept
        """
      case .unwritable(let run, let problem, let step, let kept):
        """
        \(problem); the run stops at step \(step), \
        \(kept.map { "the checkpoint after step \($0) is kept" } ?? "before its first checkpoint"); when that is \
        mended, go on with it\(by: .resume(run: run))
        """
      case .deviceAbsent(let device):
        "the run computes on \(device), and this machine, or its libtorch, has none; use it on a machine that has"
      case .samplesChanged(let run, let kind, let changes):
        """
        of the \(kind) that \(run) learns from, \(changes.summary) since it began: going on would mix two sets, and its \
        numbers would not be those of a run that never stopped. Put the files back as they were, start another run, or \
        go on all the same with \(setting: "accept-changes")\(by: .resume(run: run))
        """
      case .labelsChanged(let run, let file):
        """
        \(run) learns from labels, and those in \(file) have changed since it began: going on would mix two sets of \
        labels, and its numbers would not be those of a run that never stopped. Put the file back as it was, start another \
        run, or go on all the same with \(setting: "accept-changes")\(by: .resume(run: run))
        """
      case .scheduleIsFixed(let step, let total):
        """
        the run has made \(step) of its \(total) steps, so that its length cannot be changed any more: train it to \
        its end, or start another
        """
      case .noStartInData(let network):
        "samples of this kind give \(network) no weights to begin with; choose random ones"
      }
    }

    /// What keeps a loss a number.
    static func steadier(_ precision: RunConfiguration.Precision?) -> Explanation {
      precision == .bfloat16
        ? "try a lower \(setting: "learning-rate"), or \(setting: "precision", "float32")"
        : "try a lower \(setting: "learning-rate")"
    }
  }

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
    var configuration = configuration
    configuration.heldOutCount = heldOut.count
    try configuration.validate()
    try configuration.validate(sampleCount: indices.count)
    _ = try data.trainingLayouts(configuration.method.viewPlan, of: indices, seed: configuration.seed)
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
      data, indices: indices, heldOut: heldOut, configuration: configuration, folder: folder, hold: hold, isNew: true)
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
    _ = try folder.open()
    if folder.isFineTuned { throw RunFolder.Failure.fineTuned(path: folder.path) }
    let hold = try folder.hold()
    try folder.checkCheckpointsAreItsOwn()
    // Read only now: what held it before may have changed it.
    var (configuration, samples) = try folder.open()
    if let loaderThreads { configuration.loaderThreads = loaderThreads }
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
      configuration: configuration, folder: folder, hold: hold, isNew: false)
    self.changes = changes
    if let found = try Checkpoint.loadLatest(of: folder, into: method, optimizer) {
      (step, damaged) = found
    }
  }

  private init(
    _ data: any SampleCollection, indices: [Int], heldOut: [Int], configuration: RunConfiguration, folder: RunFolder,
    hold: RunHold?, isNew: Bool
  ) throws {
    self.hold = hold
    self.data = data
    self.heldOut = heldOut
    self.isNew = isNew
    self.indices = indices
    self.configuration = configuration
    self.folder = folder
    device = try configuration.presentDevice()
    step = 0
    interventions = try Interventions(of: folder)
    try configuration.useThreads()
    (method, optimizer) = try configuration.buildModel(beginningIn: folder)
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
    try folder.record(changed)
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
        guard case .stopped(let alarm) = outcome, mayGoBack(because: alarm) else { return outcome }
        try goBack(because: alarm)
      }
    } catch RunFolder.Failure.unwritable(let path, let reason) {
      throw unwritable("\(RunFolder.Failure.unwritable(path: path, reason: reason))")
    } catch let failure as Safetensors.Failure {
      throw unwritable("\(failure)")
    } catch let error as LoaderError {
      // Nothing could be read, so nothing was learned that the folder could keep.
      if isNew, step == 0 { folder.remove() }
      throw error
    }
  }

  private func unwritable(_ problem: String) -> Failure {
    .unwritable(run: folder.path, problem: problem, step: step, kept: Checkpoint.all(in: folder).first?.step)
  }

  /// A run that overfits is not taken back: learning the same again more slowly does not help.
  private func mayGoBack(because alarm: Alarm) -> Bool {
    configuration.onCollapse == .rollback && alarm.kind != .overfitting
      && interventions.entries.count < Interventions.most
  }

  private var returnPoints: ReturnPoints? { ReturnPoints(of: configuration) }

  /// Returns to the newest return point from before it went wrong, or else to the beginning, at half the learning rate.
  private func goBack(because alarm: Alarm) throws {
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
    (method, optimizer) = try configuration.buildModel(beginningIn: folder)
    step = 0
    if let found = try Checkpoint.loadLatest(of: folder, into: method, optimizer) { (step, damaged) = found }
    try interventions.add(step: step, alarm: alarm)
  }

  /// - Returns: `.stopped` where something goes wrong and the run is not only to be warned of it.
  private func takeSteps(shouldStop: () -> Bool, report: (TrainingProgress) throws -> Void) throws -> Outcome {
    do {
      return try takeNumberedSteps(shouldStop: shouldStop, report: report)
    } catch Failure.diverged(let step, let rate, let precision) {
      let alarm = Alarm(
        kind: .notANumber, step: step, since: step, what: "the loss stopped being a number",
        advice: "the learning rate was \(rate): \(Failure.steadier(precision))")
      guard mayGoBack(because: alarm) else {
        throw Failure.diverged(step: step, learningRate: rate, precision: precision)
      }
      return .stopped(alarm)
    }
  }

  private func takeNumberedSteps(
    shouldStop: () -> Bool, report: (TrainingProgress) throws -> Void
  ) throws -> Outcome {
    let total = configuration.schedule.totalSteps
    let journal = try Journal(
      configuration: configuration, folder: folder, step: step, of: method)
    let measurements = try PeriodicMeasurements(
      at: data, training: indices, heldOut: heldOut, plan: configuration.method.viewPlan, configuration)
    let source = try data.trainingViews(configuration.method.viewPlan, of: indices, seed: configuration.seed)
    let loader = configuration.loader(of: source, sampleCount: indices.count, steps: step..<total)
    journal.waited = { loader.waited }
    let stopwatch = isProfiled ? Stopwatch(of: loader, on: device) : nil
    defer { skipped = loader.skipped }
    var lastCheckpoint = ContinuousClock.now
    var savingTime = Duration.zero

    while let batch = try stopwatch.time(.waiting, loader.next) {
      if shouldStop() {
        try save(journal, loader)
        try note(stopwatch)
        return .interrupted
      }
      try Runtime.seed(configuration.seed(at: step))
      let rates = configuration.rates(at: step).scaled(by: interventions.learningRateFactor)
      let position = configuration.position(at: step)
      let views = try stopwatch.time(.copy) { try batch.views(on: device) }
      let (output, loss) = try configuration.computeGradients(of: method, views, at: position, stopwatch)
      let norms = measurements.isDue(at: step + 1) ? try method.norms() : nil
      try stopwatch.time(.update) {
        try method.beforeStep(at: position)
        try optimizer.step(rates)
        try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
      }
      step += 1

      let isEndOfEpoch = step.isMultiple(of: configuration.stepsPerEpoch)
      let isLast = step == total
      try journal.note(step: step, epoch: batch.epoch, loss: loss, learningRate: rates.learning)
      if let norms { try journal.note(EmbeddingStatistics(output.embeddings), norms: norms) }
      if isEndOfEpoch || isLast {
        try measurements.note(in: journal, afterEpoch: batch.epoch, of: method, encoder, at: position)
      }
      if journal.isDue || isEndOfEpoch || isLast, let progress = try journal.flush() {
        try report(progress)
        if let alarm = progress.alarm, configuration.ends(by: alarm) {
          if alarm.kind == .overfitting { try save(journal, loader) }
          return .stopped(alarm)
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
    try note(stopwatch)
    return .finished
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

  private func save(_ journal: Journal, _ loader: Loader) throws {
    // The lines of all steps before the checkpoint, else going on from it would leave a gap.
    try journal.flush()
    try journal.synchronize(skipped: loader.skipped)
    try Checkpoint.write(step: step, method: method, optimizer: optimizer, returnPoints: returnPoints, in: folder)
  }
}
