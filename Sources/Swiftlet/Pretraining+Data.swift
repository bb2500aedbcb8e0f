import Learning
import Pictures
import Planning
import Samples
import Settings
import Torch
import Training

extension Pretraining {
  /// Starts a new run; its folder exists when this returns.
  ///
  ///     let run = try Pretraining(of: ImageFolder("photos"), method: .simCLR(), in: "runs/first")
  ///
  /// - Parameters:
  ///   - source: what to learn from: `ImageFolder("photos")`, `TableSource("records.csv")`, or a `DataSource` of your own.
  ///     Samples that the labels put into the split test or validation are held out.
  ///   - method: nil for what is usual for the kind of data.
  ///   - backbone: nil for the method's, else what is usual for the kind of data.
  ///   - request: what else is asked. What nobody asked is chosen from a preset, the data and the machine, and recorded.
  ///   - path: the folder of the run; it must not exist yet.
  ///   - catalogue: what the run may be of.
  /// - Throws: `Refusal`, `SettingError`, `DatasetError`, `RunFolder.Failure`, `TorchError`
  public convenience init(
    of source: any DataSource, method: MethodRequest? = nil, backbone: BackboneRequest? = nil,
    request: RunRequest = RunRequest(), in path: String, _ catalogue: Catalogue = .standard
  ) throws {
    var request = request
    method?.apply(to: &request)
    backbone?.apply(to: &request)
    let folder = RunFolder(path, catalogue)
    try folder.checkIsFree()
    let proposal = try request.proposal(for: source, catalogue)
    let plan = try request.plan(for: proposal)
    try self.init(
      of: proposal.data, training: proposal.training, heldOut: proposal.heldOut, configuration: plan.configuration,
      in: folder)
    deadline = plan.deadline
  }

  /// The same for a collection of your own.
  public convenience init(
    of collection: some SampleCollection, method: MethodRequest? = nil, backbone: BackboneRequest? = nil,
    request: RunRequest = RunRequest(), in path: String, _ catalogue: Catalogue = .standard
  ) throws {
    try self.init(
      of: CollectionSource(collection), method: method, backbone: backbone, request: request, in: path, catalogue)
  }

  /// Trains for this many passes over the data, which the learning rate's schedule spans, and records it first.
  ///
  /// - Parameters:
  ///   - epochs: at least 1.
  ///   - report: called after the first step and at every log interval.
  ///   - shouldStop: asked before every step; true saves a checkpoint and returns.
  /// - Throws: `Failure.scheduleIsFixed` where the run has begun with another length.
  @discardableResult
  public func train(
    epochs: Int, report: (TrainingProgress) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    let (total, isTooMany) = configuration.stepsPerEpoch.multipliedReportingOverflow(by: epochs)
    guard epochs >= 1, !isTooMany else {
      throw SettingError("epochs", epochs, expected: "at least 1, and fewer than a machine can count")
    }
    var schedule = configuration.schedule.spanning(total)
    let preset = folder.catalogue.preset(named: Preset.Name(rawValue: configuration.preset))
    schedule.warmUpSteps =
      preset?.warmUpSteps(of: total, stepsPerEpoch: configuration.stepsPerEpoch) ?? min(schedule.warmUpSteps, total)
    try setSchedule(schedule)
    return try train(report: report, shouldStop: shouldStop)
  }
}

extension RunRequest {
  /// As `proposal(scanning:_:kind:_:)`, of what Swiftlet brings.
  package func proposal(
    scanning places: [String], _ annotations: Annotations = Annotations(), kind: String? = nil
  ) throws -> Proposal { try proposal(scanning: places, annotations, kind: kind, .standard) }

  package func proposal(for source: any DataSource) throws -> Proposal { try proposal(for: source, .standard) }
}

extension Encoder {
  /// Features of every picture, [count, featureCount] in float32 on the processor, in the order of `photos.files`.
  ///
  /// - Throws: `Failure.unreadable` where a picture cannot be read, so that no row ever belongs to another.
  public func embeddings(of photos: ImageFolder) throws -> Tensor {
    guard let images = data?.settings as? ImageConfiguration else { throw Failure.inputUnknown }
    return try embeddings(of: ImageCollection(photos, images))
  }
}
