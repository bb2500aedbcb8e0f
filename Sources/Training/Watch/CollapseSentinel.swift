import Foundation
import Learning
import Settings

/// Checks for the known ways in which learning without labels fails, in the numbers of `metrics.jsonl` alone: going on with
/// a run reads them again and so knows what was known.
///
/// A sign counts once it was there in `patience` measurements in a row, and each is reported once. What the thresholds were chosen on
/// is in docs/benchmarks.md.
struct CollapseSentinel {
  /// Measurements in a row.
  static let patience = 3
  /// The most measurements in a row that any sign waits for.
  static let mostLooks = 2 * patience
  /// The least spread of embeddings over the sphere, 1 if it is even. A lower value counts only if it has also fallen to
  /// `leastDeviationLeft` of its first measured value, for features of a transformer begin with little.
  static let leastDeviation: Float = 0.05
  static let leastDeviationLeft: Float = 0.2
  /// Whatever it was.
  static let noDeviation: Float = 0.005
  /// The least scale of the embeddings, as a part of its first measured value.
  static let leastScale: Float = 0.1
  /// The least effective rank after the mean of the embeddings is subtracted.
  static let leastRank: Float = 3
  /// How near the loss of guessing a loss has to be, as a part of it.
  static let chanceMargin: Float = 0.005
  /// How many times the weights may grow, as their norm.
  static let mostGrowth: Float = 10

  /// The loss of guessing, where staying there means that nothing is learned.
  private let chanceLoss: Double?
  /// Whether the spread of embeddings is a sign.
  private let comparesEmbeddings: Bool
  private let stepsPerEpoch: Int
  private var first: StepMetrics?
  private var beginnings: [Alarm.Kind: (step: Int, measurements: Int)] = [:]
  private var reported: Set<Alarm.Kind> = []
  private var overfitting: OverfittingWatch

  /// - Parameter patience: of the run, with a held-out loss that does not fall.
  init(chanceLoss: Double?, comparesEmbeddings: Bool = true, stepsPerEpoch: Int, patience: Patience? = nil) {
    self.comparesEmbeddings = comparesEmbeddings
    overfitting = OverfittingWatch(patience: patience)
    self.chanceLoss = chanceLoss
    self.stepsPerEpoch = stepsPerEpoch
  }

  /// - Parameter line: of a step; only those with statistics of the embeddings are looked at.
  /// - Returns: the first sign that has become certain with it.
  mutating func check(_ line: StepMetrics) -> Alarm? {
    if let alarm = overfitting.check(line) { return alarm }
    guard line.standardDeviation != nil else { return nil }
    if first == nil { first = line }
    var alarm: Alarm?
    for (kind, isSeen, what, advice) in signs(in: line) {
      guard isSeen else {
        beginnings[kind] = nil
        continue
      }
      var beginning = beginnings[kind] ?? (line.step, 0)
      beginning.measurements += 1
      beginnings[kind] = beginning
      guard alarm == nil, beginning.measurements >= needed(for: kind), reported.insert(kind).inserted else { continue }
      alarm = Alarm(kind: kind, step: line.step, since: beginning.step, what: what, advice: advice)
    }
    return alarm
  }

  /// A healthy loss may linger at that of guessing for some measurements, so that it has to stay for longer.
  private func needed(for kind: Alarm.Kind) -> Int { kind == .chance ? Self.mostLooks : Self.patience }

  private typealias Sign = (kind: Alarm.Kind, isSeen: Bool, what: String, advice: Explanation)

  private func signs(in line: StepMetrics) -> [Sign] {
    // A network that has not moved yet may see everything alike: that is no collapse.
    let isBegun = line.step > stepsPerEpoch / 2
    let (deviation, rank) = (line.standardDeviation ?? 1, line.centredRank ?? line.effectiveRank ?? .infinity)
    let deviationLeft = Self.ratio(line.standardDeviation, first?.standardDeviation)
    let isNarrow = deviation < Self.leastDeviation && deviationLeft < Self.leastDeviationLeft
    let scale = Self.ratio(line.embeddingScale, first?.embeddingScale)
    let growth = Self.ratio(line.weightNorm, first?.weightNorm)
    let distance = chanceLoss.map { abs(line.loss - Float($0)) / Float($0) } ?? .infinity
    return [
      (
        .exploded, growth > Self.mostGrowth, "the weights have grown to \(Self.short(growth)) times what they were",
        "the \(setting: "learning-rate") is too high: try a tenth of it"
      ),
      (
        .alike, comparesEmbeddings && isBegun && (isNarrow || deviation < Self.noDeviation),
        """
        different samples get nearly the same embedding (spread \(Self.short(deviation)) of 1): the network has \
        collapsed
        """,
        """
        check whether the samples differ at all; then try a lower \(setting: "learning-rate"), a larger \(setting: "batch-size"), \
        or another \(setting: "method")
        """
      ),
      (
        .shrunk, comparesEmbeddings && isBegun && scale < Self.leastScale,
        "the embeddings have shrunk to \(Self.short(100 * scale)) % of their first scale: the network has collapsed",
        """
        what keeps them apart is too weak: try a lower \(settings: ["learning-rate", "weight-decay"], "or"), or another \
        \(setting: "method")
        """
      ),
      (
        .fewDimensions, comparesEmbeddings && isBegun && rank < Self.leastRank,
        "the embeddings use \(Self.short(rank)) effective dimensions: the network has all but collapsed",
        "try a lower \(setting: "learning-rate"), a larger \(setting: "batch-size"), or another \(setting: "method")"
      ),
      (
        .chance, isBegun && distance < Self.chanceMargin,
        "the loss stays at \(Self.short(line.loss)), which is that of guessing",
        "nothing is being learned: try another \(setting: "learning-rate"), or views that are less hard"
      ),
    ]
  }

  /// 1 where either is not known.
  private static func ratio(_ value: Float?, _ first: Float?) -> Float {
    guard let value, let first, first > 0 else { return 1 }
    return value / first
  }

  private static func short(_ value: Float) -> String { String(format: "%.2g", value) }
}
