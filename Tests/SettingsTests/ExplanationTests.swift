import Foundation
import Settings
import TestSupport
import Testing

@Suite struct ExplanationTests {
  private static let program = Wording(
    setting: { name, value in "--\(name)" + (value.map { "=\($0)" } ?? "") },
    command: { action in
      if case .resume(let run) = action { "go \(run)" } else { nil }
    })

  @Test func aSentenceNamesSettingsAndActionsAsItsReaderDoes() {
    let sentence: Explanation = """
      step \(7) failed: try a lower \(setting: "learning-rate"), \(setting: "precision", "float32"), or go on\
      \(by: .resume(run: "runs/a")) and look\(by: .transfer)
      """
    #expect(sentence.description == "step 7 failed: try a lower learning rate, precision float32, or go on and look")
    #expect(
      sentence.sentence(in: Self.program)
        == "step 7 failed: try a lower --learning-rate, --precision=float32, or go on (go runs/a) and look")
  }

  @Test(arguments: [
    ([], ""), (["width"], "width"), (["width", "image-size", "layers"], "width, image size or layers"),
  ])
  func severalSettings(_ names: [String], _ said: String) {
    let sentence: Explanation = "\(settings: names, "or")"
    #expect(sentence.description == said)
  }

  @Test func aSentenceInAnotherKeepsItsSettings() {
    let inner: Explanation = "a lower \(setting: "learning-rate")"
    let refusal = Refusal("stem", nil, "has no meaning for tables", .leaveOut)
    let outer: Explanation = "try \(inner); \(refusal)"
    #expect(
      outer.sentence(in: Self.program) == "try a lower --learning-rate; --stem has no meaning for tables; leave it out")
  }

  @Test func filesKeepNeutralWords() throws {
    let sentence: Explanation = "try a lower \(setting: "learning-rate")\(by: .resume(run: "a"))"
    let data = try JSONEncoder().encode([sentence])
    #expect(String(decoding: data, as: UTF8.self) == #"["try a lower learning rate"]"#)
    #expect(try JSONDecoder().decode([Explanation].self, from: data) == [sentence])
    #expect(sentence != "try a higher learning rate")
  }

  @Test func whatWouldHelpARefusal() {
    func said(_ remedy: Refusal.Remedy?) -> String {
      Refusal("image-size", 2000, "is large", remedy).explanation.sentence(in: Self.program)
    }
    #expect(said(nil) == "--image-size=2000 is large")
    #expect(said(.leaveOut) == "--image-size=2000 is large; leave it out")
    #expect(said(.choose(["32", "64"])) == "--image-size=2000 is large; choose one of 32, 64")
    #expect(said(.change("take less", settings: [])) == "--image-size=2000 is large; take less")
    #expect(
      said(.change("take less", settings: ["width", "layers"]))
        == "--image-size=2000 is large; take less (--width or --layers)")
    #expect(Refusal("image-size", 2000, "is large").description == "image size 2000 is large")
  }
}
