import Learning
import Samples
import Settings

/// The stored values of pictures of more than 8 bits that stand for "no data", and what takes their place.
package struct NoData: Codable, Sendable, Equatable {
  package var values: [Float]
  /// Whether floating-point numbers that are not a number are no data either; pictures with such are refused otherwise.
  package var includesNaN: Bool
  /// Takes their place, as a part of the range from black, 0, to white, 1: the mean of the data that there are.
  package var fill: Float

  package init(values: [Float], includesNaN: Bool, fill: Float) {
    self.values = values
    self.includesNaN = includesNaN
    self.fill = fill
  }

  func contains(_ value: Float) -> Bool { value.isNaN ? includesNaN : values.contains(value) }

  /// "-9999 and NaN"
  var summary: String {
    (values.map { Figure.plainNumber($0) } + (includesNaN ? ["NaN"] : [])).joined(separator: " and ")
  }
}

extension Figure {
  /// "-9999", "-3.4028235e+38".
  static func plainNumber(_ value: Float) -> String {
    Int(exactly: value).flatMap { abs($0) < 1_000_000_000 ? String($0) : nil } ?? value.description
  }
}

extension Picture.Samples {
  /// Whether every value stands for no data: such a picture shows nothing that could be learned.
  func holdsNothing(but noData: NoData) -> Bool {
    switch self {
    case .uint8: false
    case .uint16(let values): values.allSatisfy { noData.contains(Float($0)) }
    case .float32(let values): values.allSatisfy(noData.contains)
    }
  }
}

extension NoData: Validated {
  package func validate() throws(SettingError) {
    for value in values {
      try check(value, in: -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude, "values")
    }
    try check(fill, in: 0...1, "fill")
  }
}

/// What a user says of values without data.
enum NoDataRequest: Sendable, Equatable {
  /// The usual ones, where they lie far from all other values.
  case automatic
  case none
  case values([Float], nan: Bool)

  /// The values that are usual: of geodata and of GDAL, and the highest of 16 bits.
  static let usual: [Float] = [-9999, -32768, 65535, -Float.greatestFiniteMagnitude]

  /// - Parameter text: "-9999", "-9999,nan" or "none".
  /// - Throws: `SettingError`
  init(_ text: String?) throws(SettingError) {
    guard let text else {
      self = .automatic
      return
    }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.lowercased().filter { !$0.isWhitespace }
    }
    if words == ["none"] {
      self = .none
      return
    }
    var values: [Float] = []
    for word in words where word != "nan" {
      guard let value = TableCell.number(word).map({ Float($0) }), value.isFinite else {
        throw SettingError(Pictures.noData.option.name, text, expected: "a number, several with commas, nan or none")
      }
      values.append(value)
    }
    guard !words.isEmpty else {
      throw SettingError(Pictures.noData.option.name, text, expected: "a number, several with commas, nan or none")
    }
    self = .values(values, nan: words.contains("nan"))
  }

  var suspects: [Float] {
    switch self {
    case .automatic: Self.usual
    case .none: []
    case .values(let values, _): values
    }
  }
}
