import Settings

/// What can be done about a finding; `Finding.explanation` says it in words.
package enum Remedy: String, Sendable, Codable, CaseIterable {
  /// Let the run do the steps that it has left.
  case resume
  /// Judge the run on labelled samples, beside raw input and an untrained network.
  case evaluate
  /// Measure how results depend on the number of labels.
  case measureLabelCurve
  /// Train with settings that collapse less easily.
  case preventCollapse
  /// Train with views that keep more of a sample.
  case changeViews
  /// Train for more epochs.
  case trainLonger
}

extension Remedy {
  /// What a program has a command for; nil where the user has to choose something first.
  func action(for run: RunMeasurements) -> Action? {
    switch self {
    case .resume: .resume(run: run.run)
    case .evaluate: .evaluate(run: run.run, run.labelPlace)
    case .measureLabelCurve: .measureLabelCurve(run: run.run, run.labelPlace)
    case .preventCollapse, .changeViews, .trainLonger: nil
    }
  }

  /// A sentence that says what to do.
  func explanation(for run: RunMeasurements) -> Explanation {
    let how = Explanation(action(for: run).map { [.action($0)] } ?? [])
    return switch self {
    case .resume: "Continue it\(how)."
    case .evaluate: "Compare it with raw input and an untrained network\(how)."
    case .measureLabelCurve: "Measure how results depend on the number of labels\(how)."
    case .preventCollapse where run.hasTemperature:
      """
      Try a lower \(setting: "learning-rate"), a larger \(setting: "batch-size") or a higher \(setting: "temperature").
      """
    case .preventCollapse: "Try a lower \(setting: "learning-rate") or a larger \(setting: "batch-size")."
    case .changeViews:
      "Try views that keep more of a sample, or train longer with more \(settings: ["minutes", "epochs"], "or")."
    case .trainLonger: "Train longer, with more \(settings: ["minutes", "epochs"], "or")."
    }
  }
}
