import Datasets
import Torch
import Training

extension Pretraining {
  /// Starts a new run on pictures; its folder exists when this returns.
  ///
  /// - Parameters:
  ///   - photos: what to learn from. Samples that the labels put into the split test or validation are held out.
  ///   - path: the folder of the run; it must not exist yet.
  ///   - request: what else is asked. What nobody asked is chosen from a preset, the data and the machine, and recorded.
  /// - Throws: `RunRequest.Refusal`, `RunFolder.Failure`, `TorchError`.
  public convenience init(
    of photos: ImageFolder, method: MethodRequest = .simCLR(), backbone: BackboneRequest = .resNet(),
    request: RunRequest = RunRequest(), in path: String
  ) throws {
    var request = request
    method.apply(&request)
    backbone.apply(&request)
    let proposal = try request.proposal(for: photos, labelFile: photos.labelFile)
    try self.init(
      of: proposal.data, training: proposal.training, heldOut: proposal.heldOut,
      configuration: request.configuration(for: proposal),
      in: RunFolder(path))
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
      throw RunRequest.Refusal("\(epochs) epochs: choose at least 1, and fewer than a machine can count")
    }
    var schedule = configuration.schedule
    schedule.totalSteps = total
    let preset = Preset.Name(rawValue: configuration.preset).map(Preset.init)
    schedule.warmUpSteps =
      preset?.warmUpSteps(of: total, stepsPerEpoch: configuration.stepsPerEpoch) ?? min(schedule.warmUpSteps, total)
    try setSchedule(schedule)
    return try train(report: report, shouldStop: shouldStop)
  }
}

extension Encoder {
  /// Features of every picture, [count, featureCount] in float32 on the processor, in the order of `photos.files`.
  ///
  /// - Throws: `Failure.unreadable` where a picture cannot be read, so that no row ever belongs to another.
  public func embeddings(of photos: ImageFolder) throws -> Tensor {
    switch data {
    case .images(let images): try embeddings(of: ImageCollection(photos, labelFile: photos.labelFile, images))
    case .table, nil: throw Failure.inputUnknown
    }
  }
}
