import Settings

/// What is wrong with a CSV, and where.
public struct CSVError: Error, Sendable, Equatable, Explained {
  public enum Problem: Sendable, Equatable {
    case unreadable(reason: String)
    case notUTF8
    case noHeader
    case repeatedColumn(String)
    /// A quoted field that begins on this line never ends.
    case unclosedQuote
    /// Something other than a separator follows the closing quote of a field.
    case textAfterQuote
    case ragged(expected: Int, found: Int)
    case missingColumns([String], found: [String])
    /// `others`: how many more rows name a file that does not exist.
    case missingFile(path: String, others: Int = 0)
    case repeatedPath(path: String, firstLine: Int)
    case unknownSplit(String, known: [String])
    // For tables whose rows are the samples:
    /// Counted from 1.
    case unnamedColumn(number: Int)
    /// A cell does not fit the other cells of its column.
    case cell(String, column: String, expected: String)
    /// Infinite, or further from 0 than any measurement.
    case absurdNumber(String, column: String)
    /// Columns that a run learned from, of so many.
    case missingFeatures([String], total: Int, found: [String])
    case noUsableColumn(leftOut: [String])
    case featureAsLabel(String)
  }

  public let file: String
  /// Counted from 1; nil if the error is about the whole file.
  public let line: Int?
  public let problem: Problem

  public init(file: String, line: Int?, problem: Problem) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  /// One sentence for a person.
  public var explanation: Explanation {
    let place = line.map { "'\(file)', line \($0)" } ?? "'\(file)'"
    switch problem {
    case .unreadable(let reason): return "\(place) cannot be read: \(reason)."
    case .notUTF8: return "\(place) is not UTF-8 text; save it as UTF-8."
    case .noHeader: return "\(place) is empty: it needs a header that names its columns."
    case .repeatedColumn(let name): return "\(place): the header names the column '\(name)' twice."
    case .unclosedQuote: return "\(place): a quoted field begins here and never ends."
    case .textAfterQuote: return "\(place): there is text between the end of a quoted field and the next separator."
    case .ragged(let expected, let found):
      return "\(place) has \(found) field\(found == 1 ? "" : "s") where the header has \(expected)."
    case .missingColumns(let missing, let found):
      return "\(place): the header lacks \(Self.list(missing)); its columns are \(Self.list(found))."
    case .missingFile(let path, let others):
      let rest = others == 0 ? "" : ", nor \(others) other file\(others == 1 ? "" : "s") that the CSV names"
      return "\(place): there is no file '\(path)'\(rest); paths count from the folder of the CSV or of the data."
    case .repeatedPath(let path, let firstLine):
      return "\(place): '\(path)' already has a label, on line \(firstLine)."
    case .unknownSplit(let value, let known):
      return "\(place): the split '\(value)' is not one of \(known.joined(separator: ", "))."
    case .unnamedColumn(let number):
      return "\(place): column \(number) has no name; name every column in the first line (pandas: index=False)."
    case .cell(let text, let column, let expected):
      return "\(place), column '\(column)': '\(text)' is not \(expected)."
    case .absurdNumber(let text, let column):
      return "\(place), column '\(column)': '\(text)' is not a usable number; leave the cell of an unknown value empty."
    case .missingFeatures(let missing, let total, let found):
      return
        "\(place) lacks \(missing.count) of the \(total) columns that the run learned from: \(Self.list(missing)); its columns are \(Self.list(found))."
    case .noUsableColumn(let leftOut):
      return "\(place) has no column to learn from; left out: \(leftOut.joined(separator: "; "))."
    case .featureAsLabel(let column):
      return
        """
        \(place): the run learned from the column '\(column)', so it cannot be judged by it; pre-train with it as \
        the label\(by: .giveLabels(.column(column))).
        """
    }
  }

  private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}
