import Files
import Foundation
import Learning
import Samples
import Settings
import Torch
import Training

/// A fine-tuned network in a folder of its own, from which `predict`, `embed` and `evaluate` take it.
package struct FineTunedModel {
  /// What a folder says of its model.
  package struct Record: Codable, Sendable {
    package var version = swiftletVersion
    /// The run whose network was fine-tuned.
    package var base: String
    package var target: TargetKind
    package var headWidths: [Int]
    package var tuning: FineTuning
    /// What logits are divided by; nil where too few validation samples could say.
    package var temperature: Double?
    package var scale: Double
    package var centre: Double
    package var bestEpoch: Int
    package var trainingCount: Int
    package var validationCount: Int
    /// The result on test samples, if there were any.
    package var result: PredictionMetrics?
    /// Where these come from.
    package var division: String
    /// CRC-32 of the weights.
    package var checksum: UInt32
    /// How many of the listed samples, the first ones, it learned from or made choices by; nil where an earlier version
    /// did not record it.
    package var learnedCount: Int?
  }

  package let record: Record
  package let network: TunedNetwork

  /// Opens what `keep` has written.
  ///
  /// - Throws: `RunFolder.Failure` where there is no such model, or it does not hold any more what was written.
  package init(of run: RunFolder) throws {
    let labels = try run.open().configuration.data.labelPlace
    guard run.isFineTuned else { throw RunFolder.Failure.notFineTuned(path: run.path, labels: labels) }
    record = try RunFolder.decode(Record.self, from: run.fineTuning)
    guard let found = try? Checkpoint.checksum(ofFile: run.tuned) else {
      throw RunFolder.Failure.unreadable(path: run.tuned, reason: "there is no such file")
    }
    guard found == record.checksum else {
      throw RunFolder.Failure.malformed(path: run.tuned, reason: "it no longer holds what was written")
    }
    let network = try TunedNetwork(Encoder(of: run), telling: record.target, headWidths: record.headWidths)
    try network.head.load(run.tunedState(under: "head."))
    network.temperature = record.temperature
    network.scale = record.scale
    network.centre = record.centre
    network.bestEpoch = record.bestEpoch
    self.network = network
  }

  /// What the labels have to say that judge the model in a folder; nil for its classes in the labels.
  package static func target(of run: RunFolder) throws -> TargetRequest? {
    if case .number(let name) = try RunFolder.decode(Record.self, from: run.fineTuning).target {
      return .number(column: name)
    }
    return nil
  }

  /// Makes `folder` of a network: whole or not at all.
  ///
  /// - Parameters:
  ///   - base: the run that it was made from.
  ///   - data: how the samples are read, which need not be as in the run.
  ///   - samples: those with known targets, first those that it learned from or made choices by.
  ///   - learnedCount: how many these are.
  /// - Throws: `RunFolder.Failure` where the folder is taken or cannot be written.
  package static func keep(
    _ network: TunedNetwork, in folder: RunFolder, madeFrom base: RunFolder, by tuning: FineTuning,
    counts: (training: Int, validation: Int), result: PredictionMetrics?, division: String, data: DataConfiguration,
    samples: SampleListing, learnedCount: Int
  ) throws {
    var (configuration, _) = try base.open()
    configuration.data = data
    try folder.create(configuration, samples: samples, skipped: []) { draft in
      try Safetensors.write(network.state(), to: draft.tuned)
      let record = Record(
        base: absolutePath(base.path), target: network.kind, headWidths: network.headWidths, tuning: tuning,
        temperature: network.temperature, scale: network.scale, centre: network.centre, bestEpoch: network.bestEpoch,
        trainingCount: counts.training, validationCount: counts.validation, result: result, division: division,
        checksum: try Checkpoint.checksum(ofFile: draft.tuned), learnedCount: learnedCount)
      try writeNewFile(RunConfiguration.encoder.encode(record), to: draft.fineTuning)
    }
  }
}

extension FineTunedModel.Record: Validated {
  public func validate() throws(SettingError) {
    try Settings.validate(tuning, under: "tuning")
    guard Set(target.classes).count == target.classes.count else {
      throw SettingError(
        "target", target.classes.joined(separator: ", "), expected: "a list that names each class once")
    }
    try checkCount(of: headWidths, in: 1...16, "headWidths")
    for (layer, width) in headWidths.enumerated() { try check(width, in: 1...65_536, "headWidths[\(layer)]") }
    guard headWidths.last == target.outputCount else {
      throw SettingError(
        "headWidths", headWidths.map(String.init).joined(separator: "-"),
        expected: "a list that ends with what the target takes, \(target.outputCount)")
    }
    if let temperature { try check(temperature, in: 1e-6...1e6, "temperature") }
    try check(scale, in: -1e30...1e30, "scale")
    try check(centre, in: -1e30...1e30, "centre")
    try check(bestEpoch, in: 0...1_000_000, "bestEpoch")
    try check(trainingCount, in: 0...Int.max, "trainingCount")
    try check(validationCount, in: 0...Int.max, "validationCount")
    if let learnedCount { try check(learnedCount, in: 0...Int.max, "learnedCount") }
  }
}
