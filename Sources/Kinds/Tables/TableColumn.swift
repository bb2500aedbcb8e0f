import Foundation
import Samples
import Settings

/// A column of a table, its role, and the encoding that was fitted on the training part.
package struct TableColumn: Codable, Sendable, Equatable {
  package enum Role: Codable, Sendable, Equatable {
    case number(NumberEncoding)
    /// Encoded as days since the first of January 1970.
    case date(NumberEncoding)
    case category(CategoryEncoding)
    case label
    /// Names the group of a row: rows of one group belong together.
    case group
    /// Contains train, validation or test.
    case split
    /// Names the row, or something that it belongs to.
    case identifier
    case leftOut(reason: String)
  }

  package var name: String
  package var role: Role

  /// The number of model inputs that it becomes; 0 if it is not a feature.
  package var width: Int {
    switch role {
    case .number(let encoding), .date(let encoding): 1 + (encoding.marksMissing ? 1 : 0)
    case .category(let encoding): encoding.values.count + (encoding.marksMissing ? 1 : 0)
    case .label, .group, .split, .identifier, .leftOut: 0
    }
  }

  package var isFeature: Bool { width > 0 }

  /// Whether its cells are numbers such as 1638.23.
  var holdsPlainNumbers: Bool {
    if case .number(let encoding) = role { encoding.notation == nil } else { false }
  }
}

/// The encoding of numbers: (number − centre) / scale. An unknown number is replaced by `fill`.
package struct NumberEncoding: Codable, Sendable, Equatable {
  /// The choice of centre and scale.
  package enum Scaling: String, Codable, Sendable, CaseIterable {
    /// Mean and standard deviation.
    case standard
    /// The least value and the distance to the greatest, so that training values are in 0 to 1.
    case minMax
  }

  package var centre: Double
  /// Above 0.
  package var scale: Double
  /// The mean of the known values.
  package var fill: Double
  /// Whether one more input marks unknown numbers; true if the training part has any.
  package var marksMissing: Bool
  /// How the numbers are written; nil for dates, and for numbers such as 1638.23.
  package var notation: NumberNotation?

  /// The number in a cell of the column; nil if it is not written as those of the training data.
  func number(_ cell: String) -> Double? { notation.map { $0.number(cell) } ?? TableCell.number(cell) }

  /// Nil if all known values are equal, or nearly so.
  init?(fitting values: [Double?], scaling: Scaling, notation: NumberNotation? = nil) {
    self.notation = notation
    let known = values.compactMap(\.self)
    guard let least = known.min(), let greatest = known.max() else { return nil }
    let count = Double(known.count)
    let mean = known.reduce(0) { $0 + $1 / count }
    let deviation = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }.squareRoot()
    fill = min(max(mean, least), greatest)
    marksMissing = known.count < values.count
    switch scaling {
    case .standard: (centre, scale) = (mean, deviation)
    case .minMax: (centre, scale) = (least, greatest - least)
    }
    // Rounding of the mean can give equal numbers a deviation above 0.
    guard greatest > least, deviation > 1e-12 * max(abs(least), abs(greatest)) else { return nil }
  }
}

/// The encoding of categories: one input for each value, 1 for the cell's value and 0 for the others.
package struct CategoryEncoding: Codable, Sendable, Equatable {
  /// The values in the training part, in byte order. A value that is not among them is encoded as zeros.
  package var values: [String]
  /// The index of the most frequent value, which replaces an unknown one.
  package var fill: Int
  package var marksMissing: Bool

  /// Nil if all known values are equal.
  init?(fitting cells: [String?]) {
    var counts: [String: Int] = [:]
    for cell in cells { if let cell { counts[Self.value(cell), default: 0] += 1 } }
    guard counts.count >= 2 else { return nil }
    let values = counts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.values = values
    // The first of equally frequent values.
    fill = values.indices.max { (counts[values[$0]] ?? 0, -$0) < (counts[values[$1]] ?? 0, -$1) } ?? 0
    marksMissing = cells.contains(nil)
  }

  /// The category of a cell. Text that shows the same characters in different Unicode forms is one category.
  static func value(_ cell: String) -> String {
    cell.utf8.allSatisfy { $0 < 0x80 } ? cell : cell.precomposedStringWithCanonicalMapping
  }
}

extension TableColumn: Validated {
  public func validate() throws(SettingError) {
    switch role {
    case .number(let encoding): try Settings.validate(encoding, under: "role.number")
    case .date(let encoding): try Settings.validate(encoding, under: "role.date")
    case .category(let encoding): try Settings.validate(encoding, under: "role.category")
    case .label, .group, .split, .identifier, .leftOut: break
    }
  }
}

extension NumberEncoding: Validated {
  public func validate() throws(SettingError) {
    let most = TableCell.greatest
    try check(centre, in: -most...most, "centre")
    try check(scale, above: 0, through: 2 * most, "scale")
    try check(fill, in: -most...most, "fill")
    if let notation { try Settings.validate(notation, under: "notation") }
  }
}

extension CategoryEncoding: Validated {
  public func validate() throws(SettingError) {
    try checkCount(of: values, in: 1...1_048_576, "values")
    guard Set(values).count == values.count else {
      throw SettingError("values", "a list with a value twice", expected: "a list of different values")
    }
    try check(fill, in: 0...values.count - 1, "fill")
  }
}
