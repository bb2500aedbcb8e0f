import Foundation
import Learning
import Measures
import Samples
import Settings
import Torch
import Training

/// Predictions for every sample of some data, written as they are computed.
package struct Prediction {
  package let network: TunedNetwork
  /// How the network learned what it predicts, a sentence each.
  package let notes: [String]

  static let batchSize = 256

  /// A fine-tuned model.
  package init(_ model: FineTunedModel) {
    network = model.network
    notes = model.record.temperature == nil && model.network.kind.outputCount > 1 ? [Self.uncalibrated] : []
  }

  /// A probe on the frozen network of a run, fitted to the labelled samples of the data that no split column puts into the
  /// test part; of classes, a fifth of them says how sure it is.
  ///
  /// - Parameter data: what `targets` are about.
  package init(probing run: RunFolder, on data: any SampleCollection, targets: Targets) throws {
    let division = try TargetDivision(of: targets, groups: data.groups, isJudged: false)
    var (training, validation) = try division.draw(fraction: 1, of: targets, seed: 0)
    // Numbers have no probabilities: all labels are learned from.
    if case .number = targets.kind { (training, validation) = ((training + validation).sorted(), []) }
    let views = CollectionViews(of: data, targets: targets)
    network = try FineTuning.probe(on: run, labelCount: training.count).fit(
      Encoder(of: run), telling: targets.kind, training: views.part(training),
      validation: validation.isEmpty ? nil : views.part(validation), seed: 0)
    var notes = division.facts(on: data, targets) + division.dividedGroups.map { "\($0.sentence)." }
    notes.append(Self.probed(network, by: training.count, validation.count))
    self.notes = notes
  }

  /// What the labels were used for.
  private static func probed(_ network: TunedNetwork, by training: Int, _ validation: Int) -> String {
    let fitted = "A linear probe was fitted to \(Figure.counted(training, "label"))"
    if case .number = network.kind { return "\(fitted)." }
    guard network.temperature == nil else { return "\(fitted); \(validation) others calibrated its probabilities." }
    let others =
      switch validation {
      case 0: "none is left"
      case 1: "1 other is too few"
      default: "\(validation) others are too few"
      }
    return "\(fitted); \(others) to calibrate by: probabilities are those of the probe as it is."
  }

  private static let uncalibrated =
    "Too few validation labels to calibrate by: probabilities are those of the network as it is."

  /// The first line of the table.
  package func header(naming first: String) -> String {
    switch network.kind {
    case .oneOf(let classes), .anyOf(let classes):
      ([first, "predicted"] + classes.map { "p_" + $0 }).map(csvField).joined(separator: ",")
    case .number(let name): [first, "predicted_" + name].map(csvField).joined(separator: ",")
    }
  }

  /// Writes a row for every sample that can be read, going on with a table that was left unfinished.
  ///
  /// - Parameters:
  ///   - begin: called with how many samples an earlier call has done, and with the sentence that says why what it did is
  ///     not kept, if so.
  ///   - report: called after each batch with the number of samples done; what it throws ends the work, which can be continued.
  /// - Returns: rows of the whole table, those that stood there already, and what could not be read.
  package func write(
    _ data: any SampleCollection, of run: RunFolder, to path: String, replaces: Bool = true,
    begin: (_ done: Int, _ discarded: String?) -> Void = { _, _ in },
    report: (_ done: Int) throws -> Void = { _ in }
  ) throws -> (rows: Int, kept: Int, skipped: [SampleError]) {
    let names = data.names
    let identity = PredictionTable.Identity(
      run: run.path, model: try checksum(), samples: Self.checksum(names),
      contents: try data.contents,
      header: header(naming: data.configuration.nameColumn), batchSize: Self.batchSize)
    let table = try PredictionTable(path, identity: identity, names: names, replaces: replaces)
    begin(table.firstSample, table.discarded)
    let rest = Array(table.firstSample..<names.count)
    var done = table.firstSample
    var skipped: [SampleError] = []
    if !rest.isEmpty {
      skipped = try network.encoder.forEachBatch(of: data.evaluationView(of: rest), batchSize: Self.batchSize) {
        features, samples in
        let predictions = try network.predictions(of: features)
        let width = network.kind.outputCount
        try table.append(
          samples.enumerated().map { row, sample in
            line(names[rest[sample]], predictions[row * width..<(row + 1) * width])
          })
        done = rest[samples.last ?? 0] + 1
        try report(done)
      }
    }
    try table.finish()
    return (table.rows, table.keptRows, skipped)
  }

  private func line(_ name: String, _ predictions: ArraySlice<Double>) -> String {
    let fields: [String]
    switch network.kind {
    case .oneOf(let classes):
      let best = predictions.indices.max { predictions[$0] < predictions[$1] } ?? predictions.startIndex
      fields = [classes[best - predictions.startIndex]] + predictions.map(Self.probability)
    case .anyOf(let classes):
      let held = zip(classes, predictions).filter { $0.1 >= 0.5 }.map(\.0).joined(separator: ";")
      fields = [held] + predictions.map(Self.probability)
    case .number: fields = predictions.map { String(format: "%.6g", $0) }
    }
    return ([name] + fields).map(csvField).joined(separator: ",")
  }

  private static func probability(_ value: Double) -> String { String(format: "%.6f", value) }

  private func checksum() throws -> UInt32 {
    var sum: UInt32 = 0
    for (_, tensor) in try network.state() {
      sum = try tensor.withBytes { Checkpoint.checksum(of: $0, after: sum) }
    }
    for number in [network.temperature ?? 1, network.scale, network.centre] {
      sum = withUnsafeBytes(of: number) { Checkpoint.checksum(of: $0, after: sum) }
    }
    return sum
  }

  private static func checksum(_ names: [String]) -> UInt32 {
    var sum: UInt32 = 0
    for name in names { sum = Array((name + "\n").utf8).withUnsafeBytes { Checkpoint.checksum(of: $0, after: sum) } }
    return sum
  }
}
