import Evaluation
import Foundation
import Learning
import Samples
import Settings
import Training

/// The documentation of a model for others: where it comes from, how to use it, how it was evaluated, and what is not
/// known. It is Markdown with the metadata block that the Hugging Face Hub reads.
struct ModelCard {
  let text: String

  init(
    of network: ExportedNetwork, run: RunFolder, checks: [NetworkExport.Check], isForTimm: Bool, code: [String] = [],
    in wording: Wording
  ) throws {
    // Commands are code in Markdown.
    let wording = Wording(setting: wording.setting, command: { wording.command($0).map { "`\($0)`" } })
    let configuration = network.configuration
    let sections = [
      Self.head(network, run: run, isForTimm: isForTimm),
      Self.usage(network, formats: checks.map(\.format), isForTimm: isForTimm, code, wording),
      Self.data(configuration, try run.open().samples),
      Self.recipe(network, run),
      try Self.results(network, run, wording),
      Self.limits(configuration, network, wording),
      Self.checked(checks, configuration.precision, wording),
    ]
    text = sections.joined(separator: "\n\n") + "\n"
  }

  private static func head(_ network: ExportedNetwork, run: RunFolder, isForTimm: Bool) -> String {
    let configuration = network.configuration
    let name = URL(fileURLWithPath: run.path).lastPathComponent
    let task = network.head == nil ? "feature-extraction" : "classification"
    let first =
      network.head == nil
      ? "computes \(network.featureCount) features of a sample"
      : "predicts \(target(of: network)) and computes \(network.featureCount) features"
    return """
      ---
      library_name: \(isForTimm ? "timm" : "swiftlet")
      tags:
      - self-supervised-learning
      - \(configuration.method.name.rawValue)
      - \(task)
      ---

      # \(markdown(name))

      A \(configuration.backbone.title) that learned from \(configuration.data.plural) without labels, by \
      \(configuration.method.name.rawValue)\(network.head == nil ? "" : ", and was fine-tuned with labels"); it \(first). \
      Made with Swiftlet \(configuration.version).
      """
  }

  private static func target(of network: ExportedNetwork) -> String {
    switch network.head?.target {
    case .oneOf(let classes):
      "which of \(classes.count) classes a sample has (\(listed(classes.map(markdown), limit: 20)))"
    case .anyOf(let classes):
      "to which of \(classes.count) classes a sample belongs (\(listed(classes.map(markdown), limit: 20)))"
    case .number(let name): "the number '\(markdown(name))'"
    case nil: "nothing"
    }
  }

  // MARK: Use

  private static func usage(
    _ network: ExportedNetwork, formats: [NetworkExport.Format], isForTimm: Bool, _ code: [String], _ wording: Wording
  ) -> String {
    let input = network.configuration.data.exportedInput
    var lines = ["## Use", "", input.preparation]
    let shape = (["1"] + network.sampleShape.map(String.init)).joined(separator: ", ")
    if formats.contains(.safetensors) {
      if isForTimm {
        lines += [
          "", "```python", "import timm", "",
          "model = timm.create_model(\"local-dir:FOLDER\", pretrained=True\(network.head == nil ? ", num_classes=0" : ""))"
            + ".eval()",
          "transform = timm.data.create_transform(**timm.data.resolve_model_data_config(model))",
          network.head == nil
            ? "features = model(batch)  # [samples, \(network.featureCount)]"
            : "logits = model(batch)  # calibrated; softmax, or sigmoid, gives probabilities", "```",
        ]
      } else if !code.isEmpty {
        lines += ["", "```python"] + code + ["```"]
      } else {
        let other: Explanation = """
          `model.safetensors` has timm's names; timm itself builds no network of this kind. Another Swiftlet run with the same \
          network can begin with it\(by: .pretrain(setting: "init", value: "model.safetensors")).
          """
        lines += ["", other.sentence(in: wording)]
      }
    }
    if formats.contains(.onnx) {
      let outputs =
        switch network.head?.target {
        case .oneOf, .anyOf: "features, probabilities"
        case .number: "features, value"
        case nil: "(features,)"
        }
      let batch =
        "\(input.entries == nil ? "float32" : "int64") [\(shape)], any number of samples"
        + (input.isVarying ? ", and shorter ones" : "")
      lines += [
        "", "```python", "import onnxruntime", "", "session = onnxruntime.InferenceSession(\"model.onnx\")",
        "\(outputs) = session.run(None, {\"input\": batch})  # batch: \(batch)", "```",
      ]
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Where it comes from

  private static func data(_ configuration: RunConfiguration, _ samples: SampleListing) -> String {
    let heldOut =
      configuration.heldOutCount > 0
      ? " \(configuration.heldOutCount) of them were held out to watch for overfitting." : ""
    return """
      ## Data

      \(samples.count) \(configuration.data.plural), without labels.\(heldOut) What they show, where they were taken and who may \
      use them is not known to the program: write it here.
      """
  }

  private static func recipe(_ network: ExportedNetwork, _ run: RunFolder) -> String {
    let configuration = network.configuration
    let start =
      configuration.backbone.settings.beginsWithData ? "what the data give without learning" : "random weights"
    var rows = [
      ("method", configuration.method.name.rawValue), ("backbone", configuration.backbone.title),
      ("preset", configuration.preset),
      (
        "departs from it",
        configuration.departures.isEmpty ? "nowhere" : configuration.departures.joined(separator: ", ")
      ),
      ("views", configuration.data.summary), ("optimiser", configuration.optimizer.name.rawValue),
      ("peak learning rate", String(format: "%.3g", configuration.schedule.peak)),
      (
        "steps",
        "\(configuration.schedule.totalSteps) of \(configuration.batchSize) samples, "
          + String(format: "%.3g", configuration.epochs) + " epochs"
      ), ("began with", configuration.beginsWith.map(shownPath) ?? start), ("seed", "\(configuration.seed)"),
    ]
    if let tuning = network.tuning {
      rows.append(
        (
          "fine-tuned with",
          "\(Figure.counted(tuning.trainingCount, "label")), and \(tuning.validationCount) more for early stopping"
        ))
    }
    return (["## Recipe", "", "| | |", "|---|---|"] + rows.map { "| \($0.0) | \(markdown($0.1)) |" }).joined(
      separator: "\n")
  }

  // MARK: What it can do

  private static func results(
    _ network: ExportedNetwork, _ run: RunFolder, _ wording: Wording
  ) throws -> String {
    var parts: [String] = []
    if let tuning = network.tuning, let result = tuning.result {
      let figures = PredictionMetrics.figures(of: tuning.target).compactMap { figure in
        figure.value(result).map { value in
          "\(figure.name) \(figure.isPercent ? Figure.percent(value) : String(format: "%.4g", value))"
        }
      }
      parts.append("Of \(result.count) test samples (\(tuning.division)): \(figures.joined(separator: ", ")).")
    }
    if let report = try RepresentationReport.kept(in: run) {
      let step = report.step.map { ", judged after \($0) steps" } ?? ""
      parts.append("Frozen features\(step):\n\n\(codeBlock(report.text))")
    }
    if let curve = try LabelCurve.kept(in: run) { parts.append("With few labels:\n\n\(codeBlock(curve.text))") }
    if parts.isEmpty {
      let evaluation = Action.evaluate(run: run.path, network.configuration.data.labelPlace)
      let unknown: Explanation = """
        Not judged. An evaluation compares its features with those of an untrained network\(by: evaluation); export again then.
        """
      parts.append(unknown.sentence(in: wording))
    }
    return (["## Results"] + parts).joined(separator: "\n\n")
  }

  private static func limits(
    _ configuration: RunConfiguration, _ network: ExportedNetwork, _ wording: Wording
  ) -> String {
    let kind = configuration.data.plural
    let seen: Explanation = """
      It has seen \(kind) of one collection only; of others its features may say less, which can be measured\(by: .transfer).
      """
    var limits = [
      seen.sentence(in: wording),
      "Its features were trained to ignore what views change at random (\(markdown(configuration.data.summary))).",
    ]
    limits += configuration.data.exportedInput.limits
    switch network.head?.target {
    case nil, .number: break
    case .oneOf, .anyOf:
      limits.append(
        network.tuning?.temperature == nil
          ? "There were too few labels to calibrate it: its probabilities may be overconfident."
          : "Its probabilities are calibrated only for samples like those of its fine-tuning.")
    }
    return (["## Limits", ""] + limits.map { "- " + $0 }).joined(separator: "\n")
  }

  private static func checked(
    _ checks: [NetworkExport.Check], _ precision: RunConfiguration.Precision, _ wording: Wording
  ) -> String {
    let lines = checks.map {
      "- `\($0.file)`: at most \(String(format: "%.1e", $0.largestDifference)) from the run's"
    }
    let how = "Each file was read back and computed random samples in batches of one and three:"
    let difference: Explanation = """
      The files compute in float32, and were checked against the network in it. Features that Swiftlet itself \
      computes\(by: .embed) are in bfloat16, as the run was trained, and differ from these by some hundredths of their size.
      """
    let beside = precision == .float32 ? [] : ["", difference.sentence(in: wording)]
    return (["## Checked", "", how, ""] + lines + beside).joined(separator: "\n")
  }
}
