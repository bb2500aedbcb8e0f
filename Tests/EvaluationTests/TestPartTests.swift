import Measures
import Testing

@testable import Evaluation

@Suite struct TestPartTests {
  @Test func fewTestSamplesAreSaidWithTheirInterval() {
    #expect(TestPart.warning(count: 100, accuracy: 0.9) == nil)
    #expect(
      TestPart.warning(count: 10, accuracy: 1)
        == "only 10 test samples judge: an accuracy of 100.0 % on them may be anything from 72.2 to 100.0 % on others "
        + "(95 % interval)")
    #expect(TestPart.warning(count: 1, accuracy: nil) == "only 1 test sample judges: figures of so few are rough")
  }

  @Test func samplesThatThePretrainingHasSeenAreCounted() {
    #expect(TestPart.sentence(seen: nil, of: 20) == nil && TestPart.sentence(seen: 0, of: 20) == nil)
    #expect(TestPart.sentence(seen: 5, of: 20)?.hasPrefix("5 of the 20 test samples were pre-trained on") == true)
    #expect(TestPart.sentence(seen: 20, of: 20)?.hasPrefix("All 20 test samples were pre-trained on") == true)
  }

  @Test func manySamplesWithoutALabelArePointedToSpreading() {
    #expect(TestPart.hint(unlabelled: 49, of: 100) == nil && TestPart.hint(unlabelled: 0, of: 0) == nil)
    let hint = TestPart.hint(unlabelled: 590, of: 600)?.parts ?? []
    #expect(hint.contains(.setting("spread-labels", value: nil)))
  }
}
