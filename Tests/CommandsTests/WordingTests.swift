import Swiftlet
import Testing

@testable import SwiftletCommands

@Suite struct WordingTests {
  @Test func commandsCanBeCopiedIntoAShell() {
    let run = "my run's"
    let cases: [(Action, String)] = [
      (.pretrain(setting: "init", value: "a b.safetensors"), "swiftlet pretrain DATA --init 'a b.safetensors'"),
      (.resume(run: run), #"swiftlet resume 'my run'\''s'"#),
      (.evaluate(run: "runs/a", .file), "swiftlet evaluate runs/a DATA --labels FILE"),
      (.evaluate(run: "runs/a", .column(nil)), "swiftlet evaluate runs/a DATA --label-column NAME"),
      (.measureLabelCurve(run: "runs/a", .column("is it")), "swiftlet curve runs/a DATA --label-column 'is it'"),
      (.fineTune(run: "runs/a"), "swiftlet finetune runs/a DATA --output FOLDER"),
      (.report(run: "runs/a"), "swiftlet report runs/a"),
      (.transfer, "swiftlet transfer"), (.embed, "swiftlet embed"),
      (.giveLabels(.file), "--labels FILE"), (.giveLabels(.column("y")), "--label-column y"),
    ]
    for (action, command) in cases { #expect(Wording.program.command(action) == command) }
  }

  /// Whatever is named in a sentence of the library is a command of the program that takes the option.
  @Test func everyCommandThatIsNamedExists() throws {
    let actions: [Action] = [
      .pretrain(setting: "init", value: "x"), .pretrain(setting: "run", value: "x"),
      .pretrain(setting: "batch-size", value: "32"), .resume(run: "a"), .evaluate(run: "a", .file),
      .evaluate(run: "a", .column(nil)), .measureLabelCurve(run: "a", .file),
      .measureLabelCurve(run: "a", .column(nil)),
      .fineTune(run: "a"), .report(run: "a"),
    ]
    for action in actions {
      let words = try #require(Wording.program.command(action)).split(separator: " ").map(String.init)
      #expect(words.first == "swiftlet")
      #expect(throws: Never.self, "\(words)") { _ = try SwiftletCommand.parseAsRoot(Array(words.dropFirst())) }
    }
  }

  @Test func errorsNameOptions() {
    let cases: [(any Error, String)] = [
      (
        RunFolder.Failure.exists(path: "runs/a"),
        "runs/a is a run already; go on with it (swiftlet resume runs/a) or choose another folder"
      ),
      (
        RunFolder.Failure.notFineTuned(path: "a", labels: .column(nil)),
        "a has learned without labels, so it cannot predict anything yet: give labels (--label-column NAME), or fine-tune "
          + "a model first (swiftlet finetune a DATA --output FOLDER)"
      ),
      (
        Pretraining.Failure.diverged(step: 3, learningRate: 2, precision: .bfloat16),
        "the loss stopped being a number at step 3 with the learning rate 2.0: try a lower --learning-rate, or --precision "
          + "float32; the checkpoints before it are kept"
      ),
      (
        DatasetError.noClasses(place: .column(nil)),
        "The method learns from classes, and no training sample has one; give them (--label-column NAME), or choose another "
          + "--method."
      ),
      (Refusal.unused("stem", by: "tables"), "--stem has no meaning for tables; leave it out"),
      (SettingError("temperature", 0.0, expected: "above 0"), "--temperature 0 must be above 0"),
    ]
    for (error, sentence) in cases { #expect(Wording.sentence(for: error) == sentence) }
    #expect(Wording.sentence(for: SettingError("method.numbers.temperature", 0.0, expected: "above 0")) == nil)
    #expect(Wording.sentence(for: TorchError(call: "a", message: "b")) == nil)
  }

  @Test func theLibraryNamesNoOption() {
    let errors: [any Explained] = [
      DatasetError.notOneTable(places: ["a"]), DatasetError.labelsNotProvided(by: .file("a"), kind: "tables"),
      DatasetError.labelsNotProvided(by: .column("a"), kind: "pictures"), DatasetError.noTargetFile(columns: ["a"]),
      DatasetError.cacheUnusable(path: "a", reason: "b"), DatasetError.planNotProvided(plan: "a", kind: "b"),
      DatasetError.noClasses(place: .file), CSVError(file: "a", line: 1, problem: .featureAsLabel("b")),
      EvaluationError.noLabels(.file), EvaluationError.noLabels(.column(nil)), EvaluationError.cannotMix,
      EvaluationError.nothingToSpread, EvaluationError.diverged(step: 1, learningRate: 1),
      EvaluationError.allDiverged(lowestRate: 1), RunFolder.Failure.exists(path: "a"),
      RunFolder.Failure.noCheckpoint(path: "a"), RunFolder.Failure.fineTuned(path: "a"),
      RunFolder.Failure.notFineTuned(path: "a", labels: .file),
      Pretraining.Failure.diverged(step: 1, learningRate: 1, precision: .bfloat16),
      Pretraining.Failure.unwritable(run: "a", problem: "b", step: 1, kept: nil), Selection.Failure.tooFew(1),
      Selection.Failure.another(path: "a"),
    ]
    for error in errors {
      #expect(!error.description.contains("--") && !error.description.contains("swiftlet "), "\(error)")
      #expect(error.explanation.sentence(in: .program) != error.description, "\(error)")
    }
  }
}
