import ArgumentParsing
import Swiftlet

extension Wording {
  /// Settings are options of the program, and actions its commands.
  static let program = Wording(
    setting: { name, value in "--\(name)" + (value.map { " \($0)" } ?? "") }, command: { command(for: $0) })

  private static func command(for action: Action) -> String? {
    switch action {
    case .pretrain(let setting, let value): "swiftlet pretrain DATA \(option(setting, value))"
    case .resume(let run): "swiftlet resume \(word(run))"
    case .evaluate(let run, let place): "swiftlet evaluate \(word(run)) DATA \(option(for: place))"
    case .measureLabelCurve(let run, let place): "swiftlet curve \(word(run)) DATA \(option(for: place))"
    case .fineTune(let run): "swiftlet finetune \(word(run)) DATA --output FOLDER"
    case .report(let run): "swiftlet report \(word(run))"
    case .moveData(let run): "swiftlet resume \(word(run)) --data PLACE"
    case .moveLabels(let run): "swiftlet resume \(word(run)) --labels FILE"
    case .transfer: "swiftlet transfer"
    case .embed: "swiftlet embed"
    case .giveLabels(let place): option(for: place)
    }
  }

  private static func option(for place: LabelPlace) -> String {
    switch place {
    case .file: "--labels FILE"
    case .column(let name): name.map { option("label-column", $0) } ?? "--label-column NAME"
    }
  }

  /// What the program says of an error that names settings or actions; nil for others, which have words of their own.
  static func sentence(for error: any Error) -> String? {
    switch error {
    case let error as any Explained: error.explanation.visibleSentence(in: .program)
    case let error as SettingError where !error.name.contains("."):
      visibleLine("--\(error.name) \(error.value) must be \(error.expected)")
    default: nil
    }
  }

  /// A path as a word of a command to copy: one that begins with a dash is no option.
  static func word(_ path: String) -> String { visiblyShellQuoted(path.hasPrefix("-") ? "./" + path : path) }

  /// An option with its value, which may begin with a dash.
  private static func option(_ name: String, _ value: String) -> String {
    "--\(name)\(value.hasPrefix("-") ? "=" : " ")\(visiblyShellQuoted(value))"
  }
}
