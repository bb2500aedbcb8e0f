/// How settings and actions are written for whoever reads an `Explanation`.
public struct Wording: Sendable {
  /// A setting by its name, and perhaps its value.
  public let setting: @Sendable (_ name: String, _ value: String?) -> String
  /// The command or option that does something; nil where there is none to name.
  public let command: @Sendable (Action) -> String?

  public init(
    setting: @escaping @Sendable (_ name: String, _ value: String?) -> String,
    command: @escaping @Sendable (Action) -> String?
  ) {
    self.setting = setting
    self.command = command
  }

  /// Words that belong to no program: "learning rate 0.1".
  public static let neutral = Wording(
    setting: { name, value in
      let words = name.split(separator: "-").joined(separator: " ")
      return value.map { "\(words) \($0)" } ?? words
    }, command: { _ in nil })
}
