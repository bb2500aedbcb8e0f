import Foundation

/// What can be done about a finding.
///
/// This file alone words remedies: no other sentence of a report names a command or an option of the program.
public enum Remedy: String, Sendable, Codable, CaseIterable {
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
  /// The command that does it, as one would type it.
  ///
  /// - Parameter run: the path of the run.
  /// - Returns: nil where the user has to choose something first.
  func command(for run: String) -> String? {
    let run = Self.quoted(run)
    return switch self {
    case .resume: "swiftlet resume \(run)"
    case .evaluate: "swiftlet evaluate \(run) DATA --labels FILE"
    case .measureLabelCurve: "swiftlet curve \(run) DATA --labels FILE"
    case .preventCollapse, .changeViews, .trainLonger: nil
    }
  }

  /// A sentence that says what to do.
  ///
  /// - Parameter run: the path of the run.
  func sentence(for run: String) -> String {
    let command = command(for: run) ?? ""
    return switch self {
    case .resume: "Continue it: \(command)"
    case .evaluate: "Compare it with raw input and an untrained network: \(command)"
    case .measureLabelCurve: "Measure how results depend on the number of labels: \(command)"
    case .preventCollapse:
      "Try a lower learning rate (--learning-rate), a larger batch (--batch-size) or a higher temperature (--temperature)."
    case .changeViews:
      "Try views that keep more of a sample, or train longer; swiftlet pretrain --help lists the options of each kind "
        + "of data."
    case .trainLonger: "Train longer (--minutes or --epochs)."
    }
  }

  /// The path as a shell reads it back.
  static func quoted(_ path: String) -> String {
    let plain = CharacterSet(charactersIn: "a"..."z").union(CharacterSet(charactersIn: "A"..."Z"))
      .union(CharacterSet(charactersIn: "0123456789/._-+,:@%="))
    if !path.isEmpty, path.unicodeScalars.allSatisfy(plain.contains) { return path }
    return "'" + path.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
