import Backbones
import Foundation
import Learning
import Optimizers
import Samples
import Settings
import Torch
import Training

/// The configuration of a run, to be made again.
package struct Replay: Sendable {
  package let recorded: RunConfiguration
  /// Where it was read.
  package let file: String

  /// - Throws: `RunFolder.Failure` where it cannot be read, or was made by another version.
  package init(file: String, _ catalogue: Catalogue) throws(RunFolder.Failure) {
    self.file = file
    recorded = try RunConfiguration(readFrom: file, catalogue)
  }
}

extension RunRequest {
  /// The run of a configuration on these data: the same metrics byte for byte if they are the same. What the request
  /// names takes the place of what was recorded.
  package func proposal(
    replaying replay: Replay, scanning places: [String], _ annotations: Annotations = Annotations(),
    _ catalogue: Catalogue
  ) throws -> Proposal {
    try validate()
    let recorded = replay.recorded
    guard preset == nil || preset?.rawValue == recorded.preset else {
      throw Refusal(
        [
          .setting("preset", value: nil),
          .text(" chooses numbers that \(replay.file) has already; leave out one of the two"),
        ]
      )
    }
    guard let preset = catalogue.preset(named: Preset.Name(rawValue: recorded.preset)) ?? borrowed(recorded, catalogue)
    else {
      throw Refusal("\(replay.file) names the preset '\(recorded.preset)', which this Swiftlet does not have")
    }
    try validate()
    try checkOptions(catalogue)
    try checkNames(catalogue)
    let kind = catalogue.kind(named: recorded.data.kind)
    if let kind { try refuseOptions(ofOtherKindsThan: kind, catalogue) }
    let data = try recorded.data.changed(by: options).scan(places, annotations)
    let backbone = try backbone(of: recorded, for: data, catalogue)
    try refuseUnused(by: recorded.method, backbone, kind, catalogue)
    var method = recorded.method
    try method.apply(options, features: backbone.featureCount)
    let departures: [Departure?] = [
      Departure("views", data.configuration.summary, insteadOf: recorded.data.summary, in: replay.file),
      Departure("backbone", backbone.details, insteadOf: recorded.backbone.details, in: replay.file),
      Departure("method", method.details, insteadOf: recorded.method.details, in: replay.file),
    ]
    let all = try data.trainingIndices()
    let (training, heldOut) =
      holdOut == nil
      ? Self.divided(all, holdingOut: recorded.heldOutCount, groups: data.groups) : divided(all, groups: data.groups)
    return Proposal(
      data: data, training: training, heldOut: heldOut, preset: preset, method: method, backbone: backbone,
      departures: departures.compactMap(\.self), replay: replay, sizesOfData: [:], options: options,
      catalogue: catalogue)
  }

  /// The preset of another kind of data, if this kind has none for the method.
  private func borrowed(_ recorded: RunConfiguration, _ catalogue: Catalogue) -> Preset? {
    catalogue.presets(of: recorded.method.name).first
  }

  private func backbone(
    of recorded: RunConfiguration, for data: any SampleCollection, _ catalogue: Catalogue
  ) throws(Refusal) -> BackboneConfiguration {
    let models = type(of: recorded.backbone.settings).models.map(\.name)
    let proposal = BackboneProposal(
      backbone ?? recorded.backbone.settings.model, chosen: options, sample: data.evaluationShapes,
      kind: catalogue.kind(named: recorded.data.kind)?.title ?? recorded.data.kind)
    if let backbone, !models.contains(backbone), let family = catalogue.backbone(named: backbone) {
      return BackboneConfiguration(try family.init(for: proposal))
    }
    var settings = recorded.backbone.settings
    try settings.change(as: proposal)
    return BackboneConfiguration(settings)
  }

  /// As `plan(for:measuring:)`, from what was recorded.
  func plan(
    for proposal: Proposal, replaying replay: Replay, within limit: TimeLimit?, measuring: () -> Void
  ) throws -> RunPlan {
    let recorded = replay.recorded
    let sampleCount = proposal.training.count
    var run = recorded
    run.version = swiftletVersion
    run.data = proposal.data.configuration
    run.method = proposal.method
    run.backbone = proposal.backbone
    run.batchSize = batchSize ?? recorded.batchSize
    try RunConfiguration.checkBatch(run.batchSize, sampleCount: sampleCount)
    run.microBatchSize = try (microBatch ?? recorded.microBatchSize).flatMap { size throws(Refusal) in
      try MicroBatchChoice(asked: size, batch: run.batchSize, of: run.method).size
    }
    run.stepsPerEpoch = sampleCount / run.batchSize
    run.seed = seed ?? recorded.seed
    run.device = device == nil ? recorded.device : try chosenDevice()
    guard run.device.isPresent else {
      throw Refusal(
        "\(replay.file) computes on \(run.device), and this machine, or its libtorch, has none",
        .change("compute on cpu", settings: ["device"]))
    }
    run.precision = precision ?? recorded.precision
    run.computeThreads = computeThreads ?? recorded.computeThreads
    run.loaderThreads = loaderThreads ?? recorded.loaderThreads
    if let count = recorded.threads(for: processes), computeThreads == nil {
      run.computeThreads = count
      if loaderThreads == nil { run.loaderThreads = count }
    }
    run.processes = processes == 1 ? nil : processes
    run.heldOutCount = proposal.heldOut.count
    run.patience = patience ?? recorded.patience
    run.onCollapse = onCollapse ?? recorded.onCollapse
    run.isDeterministic = recorded.isDeterministic || isDeterministic
    setOptimizer(of: &run, recorded)

    let memory = try freeMemory(for: run)
    let estimate = try MemoryEstimate(of: run, data: proposal.data, training: proposal.training)
    guard estimate.byteCount(batch: run.batchSize, microBatch: run.microBatchSize) <= memory else {
      throw estimate.refusal(
        of: "A batch of \(run.batchSize)", batch: run.batchSize, microBatch: run.microBatchSize, memory: memory,
        smaller: proposal.smallerSettings)
    }

    let isSameLength = epochs == nil && minutes == nil && run.stepsPerEpoch == recorded.stepsPerEpoch
    if !isSameLength {
      let steps = min(recorded.epochs * Double(run.stepsPerEpoch), Double(Schedule.mostSteps))
      let scaled = Int(steps.rounded())
      let wanted = epochs.map { run.steps(epochs: $0) } ?? (minutes == nil ? max(1, scaled) : nil)
      if limit != nil { measuring() }
      try run.fix(steps: wanted, within: limit, proposal: proposal)
      let warmUp = Double(recorded.schedule.warmUpSteps) / Double(recorded.schedule.plannedSteps)
      run.schedule.warmUpSteps = Int((warmUp * Double(run.schedule.totalSteps)).rounded())
    }

    let changes =
      proposal.departures
      + [
        Departure("batch", run.batchSize, insteadOf: recorded.batchSize, in: replay.file),
        Departure(
          "micro-batch", run.microBatchSize ?? run.batchSize, insteadOf: recorded.microBatchSize ?? recorded.batchSize,
          in: replay.file),
        Departure("steps an epoch", run.stepsPerEpoch, insteadOf: recorded.stepsPerEpoch, in: replay.file),
        Departure("steps", run.schedule.totalSteps, insteadOf: recorded.schedule.totalSteps, in: replay.file),
        Departure(
          "optimiser", run.optimizer.name.rawValue, insteadOf: recorded.optimizer.name.rawValue, in: replay.file),
        Departure("learning rate", run.schedule.peak, insteadOf: recorded.schedule.peak, in: replay.file),
        Departure(
          "weight decay", run.optimizer.weightDecay, insteadOf: recorded.optimizer.weightDecay, in: replay.file),
        Departure(
          "layer decay", run.optimizer.layerDecay ?? 1, insteadOf: recorded.optimizer.layerDecay ?? 1, in: replay.file),
        Departure("seed", run.seed, insteadOf: recorded.seed, in: replay.file),
        Departure("device", "\(run.device)", insteadOf: "\(recorded.device)", in: replay.file),
        Departure("precision", run.precision.rawValue, insteadOf: recorded.precision.rawValue, in: replay.file),
        Departure("threads", run.computeThreads, insteadOf: recorded.computeThreads, in: replay.file),
      ].compactMap(\.self)
    // A recorded departure is no longer true if its number has changed.
    run.departures =
      recorded.departures.filter { departure in !changes.contains { departure.hasPrefix($0.what + " ") } }
      + changes.map(\.description)
    return RunPlan(
      configuration: run, choices: [],
      warnings: proposal.warnings + (try warnings(on: run, proposal, sampleCount: sampleCount)),
      memory: estimate, freeMemory: memory, deadline: limit?.end)
  }

  private func setOptimizer(of run: inout RunConfiguration, _ recorded: RunConfiguration) {
    run.optimizer = asked(of: recorded.optimizer, forBatch: run.batchSize)
    if run.optimizer != recorded.optimizer || run.batchSize != recorded.batchSize {
      run.schedule.peak = run.optimizer.learningRate(forBatch: run.batchSize)
    }
  }
}
