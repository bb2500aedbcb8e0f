import Evaluation
import Learning
import Measures
import Reports
import Samples
import Settings
import Training

/// A comparison of runs, judged without labels on the same samples and views.
package struct Comparison: Codable, Sendable {
  /// The contenders, best first.
  package let contenders: [Contender]
  /// Agreement with labels, if they are known.
  package let agreement: Agreement?
  /// Sentences about how far the order can be trusted.
  package let sentences: [String]

  package init(_ contenders: [Contender]) throws {
    self.contenders = Ranking(contenders).order.map { contenders[$0] }
    agreement = try Agreement(self.contenders)
    sentences = Self.sentences(on: self.contenders, agreement)
  }

  /// - Parameters:
  ///   - runs: at least one. All are judged on the samples of the first.
  ///   - progress: called with a description of each step.
  package init(of runs: [RunFolder], progress: (String) -> Void = { _ in }) throws {
    let samples = try runs.map { try $0.open().samples }
    if samples.contains(where: { $0 != samples[0] }) {
      progress("The runs were not trained on the same samples; all are judged on those of \(runs[0].path).")
    }
    try self.init(of: runs.map { ($0.path, $0) }) { progress("Judging \($0)") }
  }

  /// - Parameters:
  ///   - runs: at least one, with their names.
  ///   - judging: called with the name of each run before it is judged.
  init(of runs: [(name: String, folder: RunFolder)], judging: (String) throws -> Void) throws {
    let opened = try runs.map { try $0.folder.open() }
    guard let first = opened.first else { throw MeasureError.tooFew("runs", found: 0, needed: 1) }
    // All are judged on the samples of the first, in its place.
    let samples = try runs[0].folder.samplesToCompare(first.configuration, first.samples)
    // Pairs of views vary more than the single view of a method that hides parts.
    let views = opened.first { $0.configuration.method.viewPlan == .pair } ?? first
    try self.init(
      zip(runs, opened).map { run, opened in
        try judging(run.name)
        return try Contender(
          judging: run.folder, name: run.name, opened.configuration, on: samples,
          views: views.configuration.data)
      })
  }

  // MARK: What the order is worth

  private static func sentences(on ordered: [Contender], _ agreement: Agreement?) -> [String] {
    guard let best = ordered.first else { return [] }
    var sentences: [String] = []
    if let label = close(to: best, in: ordered) { sentences.append(label) }
    if !best.judgement.pretext.isBeyondChance {
      sentences.append(
        "No network recognises better than chance \(best.judgement.question): on these data that task is of no use, and "
          + "the order across families is meaningless.")
    } else if Set(ordered.map(\.family)).count > 1 {
      sentences.append(
        "Families are compared by how well a linear probe recognises \(best.judgement.question), not by your labels. "
          + "This favours features of shape and direction, and methods that are trained on this task.")
    }
    if let count = best.judgement.groupCount {
      sentences.append(
        "The samples are of \(count) groups, none of which is divided between what a probe learns from and what judges it."
      )
    }
    if Set(ordered.map(\.epochs)).count > 1 {
      sentences.append("The runs have different lengths; a longer one may lead for that reason alone.")
    }
    if let agreement, let across = agreement.across {
      let within = agreement.within.map { ", within families \(Figure.number($0))" } ?? ""
      sentences.append(
        "Nearest neighbours with the known labels give an order of the runs with Kendall's tau "
          + "\(Figure.number(across))\(within) to this order (1 is the same, 0 nothing in common).")
    } else if ordered.count > 1 {
      sentences.append(
        "Without labels this is an indication and no proof: evaluating the runs on some labels decides it.")
    }
    for contender in ordered where !contender.alarms.isEmpty {
      sentences.append("\(contender.name) went wrong: \(contender.alarms[0]).")
    }
    return sentences
  }

  /// The contenders whose probe differs from the best one's by less than twice the standard error of the difference.
  private static func close(to best: Contender, in ordered: [Contender]) -> String? {
    let equals = ordered.dropFirst().filter {
      let lead = best.judgement.pretext.lead(over: $0.judgement.pretext)
      return lead.value < 2 * lead.error
    }
    guard !equals.isEmpty else { return nil }
    return
      "The lead of \(best.name) over \(equals.map(\.name).joined(separator: "; ")) is within the error of the probe."
  }

  // MARK: For people

  package var text: String {
    let hasNeighbours = contenders.contains { $0.judgement.neighbours != nil }
    let header =
      ["", "run", "family", "parameters", "epochs", "pretext", "LiDAR", "RankMe", "alignment", "uniformity"]
      + (hasNeighbours ? ["kNN"] : [])
    let rows = contenders.enumerated().map { place, contender in
      let judged = contender.judgement
      return [
        "\(place + 1)", contender.name, contender.family.rawValue, Figure.rounded(contender.parameterCount),
        Figure.number(contender.epochs), Self.cell(judged.pretext), Figure.number(judged.lidar),
        Figure.number(judged.effectiveRank), Figure.number(judged.alignment), Figure.number(judged.uniformity),
      ] + (hasNeighbours ? [judged.neighbours.map(Self.cell) ?? "–"] : [])
    }
    return (alignedColumns([header] + rows) + [""] + sentences).joined(separator: "\n")
  }

  private static func cell(_ share: LabelFreeJudgement.Share) -> String {
    "\(Figure.percent(share.value)) ± \(Figure.number(share.error * 100))"
  }
}

extension Contender {
  /// - Parameters:
  ///   - samples: the samples that the run is judged on.
  ///   - views: the views for alignment, uniformity and LiDAR.
  init(
    judging run: RunFolder, name: String, _ configuration: RunConfiguration, on samples: SampleListing,
    views: DataConfiguration
  ) throws {
    let encoder = try Encoder(of: run)
    let data = try configuration.data.open(samples)
    let drawn = try configuration.data.drawingViews(as: views).open(samples)
    let parameterCount = encoder.backbone.namedParameters.reduce(0) { $0 + $1.parameter.tensor.count }
    self.init(
      name: name, configuration, steps: Checkpoint.step(standingFor: run) ?? 0, parameterCount: parameterCount,
      judgement: try LabelFreeJudgement(
        of: encoder, on: data, indices: Array(data.names.indices), drawingViews: drawn),
      alarms: RunHistory(of: run).alarms.map(\.description))
  }
}
