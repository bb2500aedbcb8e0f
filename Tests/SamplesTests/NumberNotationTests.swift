import Foundation
import Testing

@testable import Samples

/// Foundation's number formatter is the oracle of how people write numbers.
@Suite struct NumberNotationTests {
  private func notation(_ cells: [String], usual: NumberNotation.DecimalMark = .point) -> NumberNotation? {
    guard case .notation(let found) = NotationSearch.notation(of: cells, usual: usual) else { return nil }
    return found
  }

  @Test(
    arguments: [
      (",", "", ["1638,23", "5", "-0,5", ",25"], [1638.23, 5, -0.5, 0.25]),
      (".", ",", ["1,638.23", "5", "1,234,567"], [1638.23, 5, 1_234_567]),
      (",", ".", ["1.638,23", "5", "1.234.567"], [1638.23, 5, 1_234_567]),
      (".", " ", ["16 382", "7", "1\u{202F}234\u{A0}567.5"], [16_382, 7, 1_234_567.5]),
      (".", "'", ["16'382.5", "1\u{2019}000"], [16_382.5, 1000]),
      (".", "", ["€16", "-€2.5", "€-3"], [16, -2.5, -3]),
      (",", "", ["16,50 €", "3 €"], [16.5, 3]),
      (".", "", ["3.8 %", "10%", "0 %"], [3.8, 10, 0]),
      (".", ",", ["(1,234.50)", "(3)", "5"], [-1234.5, -3, 5]),
      (".", "", ["12 kg", "7.5kg"], [12, 7.5]),
      (".", "", ["\u{2212}5", "\u{2212}1e3", "2"], [-5, -1000, 2]),
    ] as [(String, String, [String], [Double])])
  func aColumnInOneNotationIsRead(decimal: String, grouping: String, cells: [String], values: [Double]) throws {
    let found = try #require(notation(cells))
    #expect(found.decimal.rawValue == decimal && found.grouping?.rawValue ?? "" == grouping && !found.isAssumed)
    #expect(cells.map { found.number($0) } == values)
  }

  @Test(arguments: ["de_DE", "en_US", "fr_FR", "de_CH", "sv_SE"]) func whatALocaleWritesIsRead(locale: String) throws {
    let formatter = NumberFormatter()
    formatter.locale = Locale(identifier: locale)
    formatter.numberStyle = .decimal
    formatter.maximumFractionDigits = 2
    let values = (0..<60).map { (Double($0 * $0 * 7919 % 40_000_019) - 9000) / 100 }
    let cells = values.compactMap { formatter.string(from: NSNumber(value: $0)) }
    let found = try #require(notation(cells))
    #expect(cells.map { found.number($0) } == values, "\(cells)")
  }

  @Test func theOtherColumnsDecideWhatAColumnLeavesOpen() throws {
    let cells = ["1,234", "7,500", "12,001"]
    let thousands = try #require(notation(cells))
    #expect(thousands.number("1,234") == 1234 && thousands.isAssumed)
    let fractions = try #require(notation(cells, usual: .comma))
    #expect(fractions.number("1,234") == 1.234 && fractions.isAssumed)
    let points = try #require(notation(["1.234", "7.500"], usual: .comma))
    #expect(points.number("1.234") == 1234 && points.isAssumed)
    // A zero before the mark, or more digits without groups, decide.
    #expect(try #require(notation(["1,234", "0,500"])).number("1,234") == 1.234)
    #expect(try #require(notation(["1,234", "12345"])).number("1,234") == 1.234)
    #expect(NotationSearch.notation(of: ["1.234", "7.5"], usual: .comma) == .plain)
    #expect(NotationSearch.mark(in: ["1,5", "2"]) == .comma && NotationSearch.mark(in: ["1,234"]) == nil)
  }

  @Test(arguments: [
    ["2024-03-31"], ["12:30"], ["1.2.3"], ["P12"], ["12a"], ["<5"], ["5-7"], ["€5", "$5"], ["1,5", "1.5"], ["1,23,4"],
    ["0,1.2"],
    ["12 Oak", "13 Elm"], [""], ["e5"], ["-"], ["1 2"], ["0x10"], ["(-5)"], ["()"],
  ])
  func otherTextIsNoColumnOfNumbers(cells: [String]) {
    #expect(NotationSearch.notation(of: cells, usual: .point) == .none, "\(cells)")
  }

  @Test func whatIsStoredIsReadAlike() throws {
    let found = try #require(notation(["1.638,23 €", "2 €"]))
    let stored = try JSONDecoder().decode(NumberNotation.self, from: JSONEncoder().encode(found))
    #expect(stored == found)
    #expect(stored.number("12,5 €") == 12.5 && stored.number("12,5") == nil && stored.number("12.5 €") == nil)
    #expect(stored.sentence == "'1.638,23 €' is read as 1638.23")
    try stored.validate()
  }
}
