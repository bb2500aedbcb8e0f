import ArgumentParsing
import Swiftlet

extension Wording {
  /// Settings are options of the program, and actions its commands.
  static let program = Wording(
    setting: { name, value in "--\(name)" + (value.map { " \($0)" } ?? "") }, command: { command(for: $0) })

  private static func command(for action: Action) -> String? {
    switch action {
    case .pretrain(let setting, let value): "swiftlet pretrain DATA --\(setting) \(shellQuoted(value))"
    case .resume(let run): "swiftlet resume \(shellQuoted(run))"
    case .evaluate(let run, let place): "swiftlet evaluate \(shellQuoted(run)) DATA \(option(for: place))"
    case .measureLabelCurve(let run, let place): "swiftlet curve \(shellQuoted(run)) DATA \(option(for: place))"
    case .fineTune(let run): "swiftlet finetune \(shellQuoted(run)) DATA --output FOLDER"
    case .report(let run): "swiftlet report \(shellQuoted(run))"
    case .moveData(let run): "swiftlet resume \(shellQuoted(run)) --data PLACE"
    case .moveLabels(let run): "swiftlet resume \(shellQuoted(run)) --labels FILE"
    case .transfer: "swiftlet transfer"
    case .embed: "swiftlet embed"
    case .giveLabels(let place): option(for: place)
    }
  }

  private static func option(for place: LabelPlace) -> String {
    switch place {
    case .file: "--labels FILE"
    case .column(let name): "--label-column \(name.map(shellQuoted) ?? "NAME")"
    }
  }

  /// What the program says of an error that names settings or actions; nil for others, which have words of their own.
  static func sentence(for error: any Error) -> String? {
    switch error {
    case let error as any Explained: error.explanation.sentence(in: .program)
    case let error as SettingError where !error.name.contains("."):
      "--\(error.name) \(error.value) must be \(error.expected)"
    default: nil
    }
  }
}
