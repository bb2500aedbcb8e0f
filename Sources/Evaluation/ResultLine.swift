import Measures
import Samples

/// One line of a table of results, as a verdict looks at it.
package struct ResultLine: Sendable {
  package enum Origin: String, Codable, Sendable {
    /// Pre-training has a part in it.
    case pretrained
    /// The same network as it was initialised.
    case untrained
    /// The same network, trained with labels alone.
    case scratch
    case rawInput
  }

  /// As in the table: "raw input, linear probe".
  package let name: String
  package let origin: Origin
  /// One entry a draw of the labels.
  package let draws: [PredictionMetrics]
  /// Whether another draw would be the same: all labels are used, and nothing is random. Test samples are then all that
  /// chance has chosen.
  package let isExact: Bool

  package init(_ name: String, _ origin: Origin, draws: [PredictionMetrics], isExact: Bool) {
    self.name = name
    self.origin = origin
    self.draws = isExact ? Array(draws.prefix(1)) : draws
    self.isExact = isExact
  }

  package var isPretrained: Bool { origin == .pretrained }

  func values(of figure: Verdict.Figure) -> [Double] { draws.compactMap { figure.estimate($0)?.value } }

  /// Nil where no draw has the figure.
  func mean(of figure: Verdict.Figure) -> Double? { SeedInterval(values(of: figure))?.mean }

  /// How many draws both have. A line that would be the same in each draw stands beside all of the other's.
  func drawCount(beside other: ResultLine) -> Int {
    isExact ? other.draws.count : other.isExact ? draws.count : min(draws.count, other.draws.count)
  }
}

extension [ResultLine] {
  /// The line with the greatest mean; of equal ones the last.
  func highest(by figure: Verdict.Figure) -> ResultLine? {
    self.max { ($0.mean(of: figure) ?? -.infinity) < ($1.mean(of: figure) ?? -.infinity) }
  }
}

/// What two lines of results show beside each other, judged by the same test samples.
enum Contest: Equatable {
  /// The first is better, or worse, beyond what chance explains.
  case ahead, behind
  /// Chance may explain the difference.
  case equal
  /// One or two draws, which show nothing of chance.
  case undecided(draws: Int)

  /// Fewer test samples decide nothing.
  static let fewestTestSamples = 30

  init(_ first: ResultLine, _ second: ResultLine, by figure: Verdict.Figure) {
    let (one, other) = (
      first.draws.compactMap { figure.estimate($0) }, second.draws.compactMap { figure.estimate($0) }
    )
    guard let a = one.first, let b = other.first else {
      self = .undecided(draws: 0)
      return
    }
    let testCount = min(first.draws[0].count, second.draws[0].count)
    if first.isExact, second.isExact {
      self = testCount < Self.fewestTestSamples ? .equal : Self(a, b)
      return
    }
    // A line that would be the same in each draw stands beside all of them.
    let count =
      first.isExact ? other.count : second.isExact ? one.count : min(one.count, other.count)
    let differences = (0..<count).map {
      one[first.isExact ? 0 : $0].value - other[second.isExact ? 0 : $0].value
    }
    self.init(differences: differences)
    if testCount < Self.fewestTestSamples, self == .ahead || self == .behind { self = .equal }
  }

  /// - Parameter differences: first less second, one a draw: their mean is to be further from 0 than its 95 % interval
  ///   reaches.
  init(differences: [Double]) {
    guard differences.count > 2, let interval = SeedInterval(differences)?.interval else {
      self = .undecided(draws: differences.count)
      return
    }
    self.init(interval)
  }

  /// - Parameter difference: the interval of first less second.
  private init(_ difference: ClosedRange<Double>) {
    self = difference.lowerBound > 0 ? .ahead : difference.upperBound < 0 ? .behind : .equal
  }

  /// Over test samples: on the same resamples of them where these are known, else as if both had been judged by samples of
  /// their own, which needs a greater difference.
  private init(_ first: ClassificationMetrics.Estimate, _ second: ClassificationMetrics.Estimate) {
    let interval: ClosedRange<Double>
    if !first.resamples.isEmpty, first.resamples.count == second.resamples.count,
      let paired = ClassificationMetrics.middle(zip(first.resamples, second.resamples).map { $0 - $1 })
    {
      interval = paired
    } else if let one = first.interval, let other = second.interval {
      func squared(_ range: ClosedRange<Double>) -> Double {
        let half = (range.upperBound - range.lowerBound) / 2
        return half * half
      }
      let reach = (squared(one) + squared(other)).squareRoot()
      let difference = first.value - second.value
      interval = difference - reach...difference + reach
    } else {
      self = .undecided(draws: 1)
      return
    }
    self.init(interval)
  }
}
