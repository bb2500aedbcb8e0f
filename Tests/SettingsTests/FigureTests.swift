import Settings
import Testing

@Suite struct FigureTests {
  @Test func figuresReadWell() {
    #expect(Figure.count(1_234_567) == "1,234,567" && Figure.count(999) == "999" && Figure.count(1000) == "1,000")
    #expect(Figure.count(0) == "0" && Figure.count(-123) == "-123" && Figure.count(-1234) == "-1,234")
    #expect(Figure.count(.min) == "-9,223,372,036,854,775,808")
    #expect(Figure.number(0.00012) == "1.20e-04" && Figure.number(1234.5) == "1234" && Figure.number(0.5) == "0.5")
    #expect(Figure.number(0) == "0" && Figure.number(.nan) == "–" && Figure.number(-.infinity) == "–")
    #expect(Figure.percent(0.6251) == "62.5 %" && Figure.percent(0.05, digits: 0) == "5 %")
    #expect(Figure.rounded(999_999) == "999999" && Figure.rounded(11_180_000) == "11.2 million")
  }

  @Test func oneIsNotSeveral() {
    #expect(Figure.counted(1, "thread") == "1 thread" && Figure.counted(0, "thread") == "0 threads")
    #expect(Figure.counted(2, "sample has", plural: "samples have") == "2 samples have")
  }

  @Test func durationsReadWell() {
    #expect(Figure.duration(3725) == "1 h 2 min" && Figure.duration(61) == "1 min 1 s")
    #expect(Figure.duration(59.4) == "59 s" && Figure.duration(59.6) == "1 min 0 s")
    for value in [Double.nan, .infinity, 1e300] { #expect(Figure.duration(value) == "–") }
  }

  @Test func bytesReadWell() {
    #expect(Figure.bytes(0) == "under 1 MB" && Figure.bytes(85_400_000) == "85 MB")
    #expect(Figure.bytes(100_000_000) == "0.1 GB")
    #expect(Figure.bytes(1_940_000_000) == "1.9 GB" && Figure.bytes(9_940_000_000) == "9.9 GB")
    #expect(Figure.bytes(9_960_000_000) == "10 GB" && Figure.bytes(64_000_000_000) == "64 GB")
  }

  @Test func listsSayHowManyFollow() {
    #expect(listed([], limit: 3) == "" && listed(["a"], limit: 3) == "a")
    #expect(listed(["a", "b", "c"], limit: 3) == "a, b, c")
    #expect(listed(["a", "b", "c", "d"], limit: 3) == "a, b, c and 1 more")
    #expect(listed((1...10).map(String.init), limit: 2) == "1, 2 and 8 more")
    #expect(listed(["a", "b"], limit: -1) == "a and 1 more")
  }
}
