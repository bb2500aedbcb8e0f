import Settings
import TestSupport
import Testing

@Suite struct OptionTests {
  private enum Shape: String, CaseIterable, OptionConvertible { case round, square }

  private static let side = OptionKey<Int>("side", in: 8...64, help: "Pixels.")
  private static let rate = OptionKey<Double>("rate", in: 0...1, help: "A part.")
  private static let shape = OptionKey<Shape>("shape", help: "A shape.")

  @Test func valuesAreReadBackByTheirKeys() {
    var values = OptionValues()
    #expect(values[Self.side] == nil && values.isEmpty)
    values[Self.side] = 16
    values[Self.shape] = .square
    #expect(values[Self.side] == 16 && values[Self.shape] == .square && values["shape"] == "square")
    values[Self.side] = nil
    #expect(values.names == ["shape"])
  }

  @Test func theUsersValueStandsBeforeTheDefault() {
    let chosen: OptionValues = ["side": 16]
    let all = chosen.completed(by: ["side": 32, "rate": 0.5])
    #expect(all[Self.side] == 16 && all[Self.rate] == 0.5)
  }

  @Test func wholeNumbersAreNumbersToo() {
    let values: OptionValues = ["rate": 1]
    #expect(values[Self.rate] == 1)
  }

  @Test(arguments: ["7", "65", "x", "", "1e3", "99999999999999999999", "8.0"])
  func aWordOutsideOfTheRangeIsRefused(_ text: String) {
    #expect(throws: SettingError("side", text, expected: "a whole number from 8 to 64")) {
      try Self.side.option.value(of: text)
    }
  }

  @Test(arguments: ["nan", "inf", "-0.1", "1.5", "x"]) func noNumberPassesOutsideOfItsRange(_ text: String) {
    #expect(throws: SettingError.self) { try Self.rate.option.value(of: text) }
  }

  @Test func aValueOfAnotherTypeIsRefused() {
    let values: OptionValues = ["side": "wide", "rate": 0.5]
    #expect(values[Self.side] == nil)
    #expect(throws: SettingError("side", "wide", expected: "a whole number from 8 to 64")) {
      try values.check([Self.rate.option, Self.side.option])
    }
  }

  @Test func errorsNameThePlace() {
    let error = SettingError("temperature", 0.0, expected: "above 0").under("numbers").under("method")
    #expect(error.description == "method.numbers.temperature is 0 and must be above 0")
  }

  @Test func notANumberLiesOutsideOfEveryRange() {
    #expect(throws: SettingError.self) { try check(Double.nan, in: 0...1, "share") }
    #expect(throws: SettingError.self) { try check(Double.nan, above: 0, through: 1, "rate") }
    #expect(throws: Never.self) { try check(1.0, above: 0, through: 1, "rate") }
  }
}
