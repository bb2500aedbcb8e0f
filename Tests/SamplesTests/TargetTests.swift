import Samples
import Testing

@Suite struct TargetTests {
  @Test func oneClassASample() throws {
    let targets = try #require(Targets(Labels(["b", nil, "a"], splits: [.train, nil, .test])))
    #expect(targets.kind == .oneOf(["a", "b"]))
    #expect(targets.row(of: 0) == [0, 1] && targets.row(of: 1) == nil && targets.classIndex(of: 2) == 0)
    #expect(targets.knownSamples == [0, 2] && targets.samples(in: .test) == [2] && targets.hasSplits)
    #expect(Targets(Labels([nil, nil])) == nil)
  }

  @Test func severalClassesASample() throws {
    let targets = try #require(Targets(Labels(["crack; dirt", "dirt", "crack", nil, ";"])))
    #expect(targets.kind == .anyOf(["crack", "dirt"]))
    #expect(targets.row(of: 0) == [1, 1] && targets.row(of: 1) == [0, 1] && targets.row(of: 4) == [0, 0])
    #expect(targets.row(of: 3) == nil && targets.classIndex(of: 0) == nil)
    #expect(targets.strata(of: [0, 1, 2, 1]) == [0, 1, 2, 1])
  }

  @Test func numbersAreDividedEvenly() {
    let values: [Double?] = (0..<50).map { Double(49 - $0) }
    let targets = Targets(.number(column: "p"), [values + [nil]], splits: [Labels.Split?](repeating: nil, count: 51))
    #expect(targets.kind == .number("p"))
    #expect(targets.row(of: 0) == [49] && targets.row(of: 50) == nil)
    #expect(targets.notes == ["1 of 51 samples have no value of 'p' and are neither trained on nor evaluated."])
    let strata = targets.strata(of: Array(0..<50))
    #expect(strata[0] == 9 && strata[49] == 0)
    #expect(Set(strata).count == 10 && Dictionary(grouping: strata) { $0 }.values.allSatisfy { $0.count == 5 })
  }
}
