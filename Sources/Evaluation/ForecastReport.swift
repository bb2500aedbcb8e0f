import Foundation
import Learning
import Measures
import Settings
import Torch
import Training

/// How well the next steps of recordings are predicted, by a ridge regression on the frozen vectors of a run, beside one on the
/// vectors of the untrained network, one on the raw values, and what stood a season before. Needs no labels.
///
/// The first 60 % of each recording are learned from, the next 20 % choose how strongly a regression is regularised, and the last
/// 20 % judge, as in the forecasts of TS2Vec (Yue et al. 2022).
public struct ForecastReport: Sendable, Codable {
  public enum Input: String, Sendable, Codable, CaseIterable {
    case run = "this run"
    case untrained = "random initialisation"
    case raw = "raw values"
    case seasonal = "seasonal naive"
  }

  public struct Row: Sendable, Codable, Equatable {
    public let input: Input
    /// How many steps are predicted at once.
    public let horizon: Int
    /// Of the scaled values, over all predicted steps and channels.
    public let squaredError: Double
    public let absoluteError: Double
    /// The chosen strength of regularisation; nil without a regression.
    public let regularization: Double?
  }

  public let run: String
  public let recordings: Int
  /// Steps before each forecast that the network sees, and those whose values the regression on raw values sees.
  public let context: Int
  public let rawContext: Int
  /// Steps of a season; 1 where nothing repeats itself.
  public let season: Int
  public let rows: [Row]
  /// What a user should know, a sentence each.
  public let notes: [String]

  /// At most so many places to forecast from.
  private static let mostTraining = 3000
  private static let mostValidation = 1000
  private static let mostTest = 2000
  /// At most so many raw values are seen by their regression.
  private static let mostRawValues = 1000

  /// A step after which the next ones are forecast.
  struct Origin: Equatable {
    let recording: Int
    let step: Int
  }

  /// - Parameters:
  ///   - horizons: how many steps are predicted, at least one.
  ///   - context: steps before each forecast that the network sees.
  ///   - baselines: whether other inputs are judged too.
  ///   - report: is called with sentences about progress.
  /// - Throws: `EvaluationError`, `DatasetError`
  public init(
    of folder: RunFolder, on data: any SampleCollection, horizons: [Int], context: Int = 200, baselines: Bool = true,
    _ report: (String) throws -> Void = { _ in }
  ) throws {
    guard let steps = data.steps else { throw Encoder.Failure.noSteps }
    run = folder.path
    self.context = context
    let lengths = steps.lengths
    let channels = steps.channels.count
    let longest = horizons.max() ?? 1
    let needed = Self.neededSteps(for: longest)
    let used = lengths.indices.filter { lengths[$0] >= needed }
    guard !used.isEmpty else { throw EvaluationError.tooShortToForecast(longest: lengths.max() ?? 0, needed: needed) }
    recordings = used.count
    var notes: [String] = []
    if used.count < lengths.count {
      notes.append(
        "\(lengths.count - used.count) of \(lengths.count) recordings are shorter than the \(needed) steps that a forecast of \(longest) needs."
      )
    }
    let values = Dictionary(uniqueKeysWithValues: used.map { ($0, steps.filledValues(of: $0)) })
    let isKnown = Dictionary(uniqueKeysWithValues: used.map { ($0, steps.values(of: $0).map { !$0.isNaN }) })
    let beginnings = used.compactMap { sample in
      values[sample].map { Array($0[..<(lengths[sample] * 6 / 10 * channels)]) }
    }
    let naive = SeasonalNaive(of: beginnings, channels: channels)
    season = naive.season
    let rawSteps = max(1, min(context, Self.mostRawValues / channels))
    rawContext = rawSteps

    let parts = Self.origins(lengths, used, horizon: longest)
    let all = parts.flatMap(\.self)
    let validationCount = parts[1].count
    let testCount = parts[2].count
    func rows(_ make: (Origin) -> [Float], width: Int) throws(TorchError) -> Tensor {
      try Tensor(all.flatMap(make), shape: [all.count, width])
    }
    var inputs: [(input: Input, features: Tensor)] = []
    for (input, isTrained) in [(Input.run, true), (.untrained, false)] where isTrained || baselines {
      try report("Computing vectors: \(input.rawValue)")
      let encoder = try Encoder(of: folder, isTrained: isTrained)
      var vectors: [Tensor] = []
      for (sample, own) in Self.runs(all) {
        vectors.append(
          try encoder.lastSteps(of: steps.contexts(of: sample, at: own, context: context, hidesLast: false)))
      }
      inputs.append((input, try concatenate(vectors)))
    }
    if baselines {
      let raw = try rows(
        { origin in
          let line = values[origin.recording] ?? []
          // What lies before the recording is as its first step.
          return (0..<rawSteps).flatMap { back -> ArraySlice<Float> in
            let step = max(0, origin.step - back)
            return line[step * channels..<(step + 1) * channels]
          }
        }, width: rawSteps * channels)
      inputs.append((.raw, raw))
    }
    var found: [Row] = []
    for horizon in horizons {
      try report("Forecasting \(Figure.counted(horizon, "step"))")
      let width = horizon * channels
      let targets = try rows(
        { origin in
          Array((values[origin.recording] ?? [])[(origin.step + 1) * channels..<(origin.step + 1) * channels + width])
        }, width: width)
      let test = Array(all[(all.count - testCount)...])
      let counted = test.flatMap { origin in
        Array((isKnown[origin.recording] ?? [])[(origin.step + 1) * channels..<(origin.step + 1) * channels + width])
      }
      let wanted = try targets.rows(all.count - testCount..<all.count).values(as: Float.self)
      for (input, features) in inputs {
        let learned = all.count - testCount
        let ridge = try JointRidge(
          features.rows(0..<learned), targets: targets.rows(0..<learned), validationCount: validationCount)
        let predicted = try ridge.predictions(for: features.rows(learned..<all.count)).values(as: Double.self)
        found.append(
          Self.row(input, horizon, predicted, wanted, counted, regularization: ridge.regularization))
      }
      if baselines {
        let predicted = test.flatMap {
          naive.forecast(of: values[$0.recording] ?? [], channels: channels, after: $0.step, horizon: horizon)
        }
        found.append(Self.row(.seasonal, horizon, predicted.map { Double($0) }, wanted, counted, regularization: nil))
      }
    }
    self.rows = found
    self.notes = notes
  }

  /// So many steps of a recording leave something to learn from and to judge by.
  static func neededSteps(for horizon: Int) -> Int { max(100, 10 * horizon) }

  /// Places for training, validation and test, spread evenly over all recordings. What is forecast lies in the same part.
  static func origins(_ lengths: [Int], _ used: [Int], horizon: Int) -> [[Origin]] {
    var parts: [[Origin]] = [[], [], []]
    for recording in used {
      let length = lengths[recording]
      let bounds = [0, length * 6 / 10, length * 8 / 10, length]
      for part in 0..<3 {
        let first = max(0, bounds[part] - (part == 0 ? 0 : 1))
        let last = bounds[part + 1] - horizon
        guard first < last else { continue }
        parts[part] += (first..<last).map { Origin(recording: recording, step: $0) }
      }
    }
    return zip(parts, [mostTraining, mostValidation, mostTest]).map { $0.evenlySpread($1) }
  }

  /// Neighbouring places of one recording.
  private static func runs(_ origins: [Origin]) -> [(recording: Int, steps: [Int])] {
    var result: [(recording: Int, steps: [Int])] = []
    for origin in origins {
      if result.last?.recording == origin.recording {
        result[result.count - 1].steps.append(origin.step)
      } else {
        result.append((origin.recording, [origin.step]))
      }
    }
    return result
  }

  /// Errors over values that were recorded; those that were filled in do not count.
  static func row(
    _ input: Input, _ horizon: Int, _ predicted: [Double], _ wanted: [Float], _ counted: [Bool], regularization: Double?
  ) -> Row {
    var (squares, distances, count) = (0.0, 0.0, 0.0)
    for place in wanted.indices where counted[place] {
      let difference = predicted[place] - Double(wanted[place])
      squares += difference * difference
      distances += abs(difference)
      count += 1
    }
    return Row(
      input: input, horizon: horizon, squaredError: squares / max(1, count), absoluteError: distances / max(1, count),
      regularization: regularization)
  }

  /// The results as a table for people.
  package var text: String {
    let body = rows.map { row in
      [
        "\(row.horizon)", row.input.rawValue, String(format: "%.4f", row.squaredError),
        String(format: "%.4f", row.absoluteError),
      ]
    }
    let repeats =
      season > 1
      ? "The seasonal naive forecast repeats the last \(season) steps, after which the autocorrelation is highest."
      : "Nothing repeats itself in the recordings, so that the naive forecast is the last value."
    var lines = alignedColumns([["horizon", "input", "squared error", "absolute error"]] + body)
    lines += [
      "",
      "Errors of the scaled values in the last fifth of \(Figure.counted(recordings, "recording")); 1 is about what the mean would have.",
    ]
    if rows.contains(where: { $0.input == .seasonal }) { lines.append(repeats) }
    lines += [
      "The network sees \(Figure.counted(context, "step")) before each forecast, and a regression on raw values \(rawContext)."
    ]
    for horizon in Set(rows.map(\.horizon)).sorted() {
      let own = rows.filter { $0.horizon == horizon }
      if own.count > 1, let best = own.min(by: { $0.squaredError < $1.squaredError }) {
        lines.append("\(Figure.counted(horizon, "step")) ahead, the least squared error has: \(best.input.rawValue).")
      }
    }
    return (lines + notes).joined(separator: "\n")
  }
}
