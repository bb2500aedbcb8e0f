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
  public internal(set) var configuration: RunConfiguration
  public let folder: RunFolder
  /// The number of steps that are done.
  public internal(set) var step: Int
  public internal(set) var skipped: [SampleError] = []
  /// Newer checkpoints that could not be used when the run went on.
  package internal(set) var damaged: [Checkpoint.Damage] = []

  /// What came up while samples were read and changes no result, a sentence each.
  public var troubles: [String] { data.troubles }

  /// When the run is to end. Where it will be late, what is left of its schedule is shortened, once; the configuration records
  /// this, so that going on with the run gives the same. Nil for never, as where a run goes on.
  public var deadline: ContinuousClock.Instant?

  /// Whether `train` times what its steps do. On a device, each part then waits for it to finish.
  public var isProfiled = false
  /// What the steps of a profiled run spent their time on, after training; also in `profile.json`.
  package internal(set) var profile: StepProfile?

  /// How the samples differ from what they were when the run began; nil if this is not known.
  package internal(set) var changes: SampleChanges?

  let data: any SampleCollection
  /// All samples that were found, not only those it trains on.
  package var samples: any SampleCollection { data }
  /// The samples to train on, and those on which only the loss is measured.
  let indices: [Int]
  let heldOut: [Int]
  var method: any Method
  var optimizer: any Optimizer
  /// The other processes that train this run.
  package let world: World
  var interventions: Interventions
  /// What the learning rate is multiplied with since the run was taken back.
  var learningRateFactor: Double
  let device: Device
  /// Whether this object made the folder, and not another before it.
  let isNew: Bool
  /// Keeps other processes from writing to the run; nil where this one cannot write either.
  let hold: RunHold?

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

  init(
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
    try record(schedule)
  }

  /// Process 0 writes it down before it counts.
  func record(_ schedule: Schedule) throws {
    var changed = configuration
    changed.schedule = schedule
    if world.isLeader { try folder.record(changed) }
    configuration = changed
  }
}
