import Samples
import Settings

/// How files are read as series, as far as a user decides it; a run records it.
struct SeriesReading: Codable, Sendable, Equatable {
  /// What the axes of an array are: n series, t time steps, c channels.
  enum Axes: String, Codable, Sendable, CaseIterable, OptionConvertible {
    case nt, tc, ntc, nct
  }

  /// Nil for what follows from the shape.
  var axes: Axes?
  /// Of a table with a row a step: the column that tells the series apart.
  var idColumn: String?
  var timeColumn: String?
  /// Columns with the values; nil for all columns of numbers that are nothing else.
  var channels: [String]?
  var labelColumn: String?
  var groupColumn: String?
  /// Steps a second, where the files do not say it.
  var rate: Double?
  /// Pieces that series are cut into; nil for whole series.
  var window: SeriesWindow?
  /// Whether a row of a table is a step; if not, it is a series.
  var hasStepsInRows: Bool
  /// Columns that a run recorded and new data may lack, such as that of the labels; not recorded itself.
  var optionalColumns: Set<String> = []

  /// Whether whole recordings are read for their steps: of any length, each step with a label of its own; not recorded.
  var readsSteps = false

  private enum CodingKeys: String, CodingKey {
    case axes, idColumn, timeColumn, channels, labelColumn, groupColumn, rate, window, hasStepsInRows
  }
}

/// A stretch of time.
enum SeriesSpan: Codable, Sendable, Equatable {
  case steps(Int)
  case seconds(Double)

  /// Reads "200" or "4s"; nil for anything else.
  init?(_ text: String) {
    let written = TableCell.trimmed(text)
    if let steps = Int(written, radix: 10) {
      guard steps >= 1 else { return nil }
      self = .steps(steps)
    } else if written.hasSuffix("s"), let seconds = TableCell.number(TableCell.trimmed(String(written.dropLast()))) {
      guard seconds > 0, seconds < 1e9 else { return nil }
      self = .seconds(seconds)
    } else {
      return nil
    }
  }

  /// - Parameter rate: steps a second.
  func steps(at rate: Double?) -> Int? {
    switch self {
    case .steps(let count): count
    case .seconds(let seconds): rate.map { wholeNumber((seconds * $0).rounded(), in: 1...1_000_000_000) }
    }
  }

  var text: String {
    switch self {
    case .steps(let count): Figure.counted(count, "step")
    case .seconds(let seconds): "\(plain(seconds)) s"
    }
  }
}

/// Pieces of equal length that long series are cut into.
struct SeriesWindow: Codable, Sendable, Equatable {
  var length: SeriesSpan
  /// From the beginning of a piece to that of the next; nil for its length.
  var stride: SeriesSpan?
}
