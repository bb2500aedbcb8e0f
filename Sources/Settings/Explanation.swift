/// What happened and what would help, in words for a person.
///
/// A sentence names settings and actions apart from its text, so that whoever shows it can say how they are asked for: a
/// library as here, a program with its options and commands.
///
///     "the loss is not a number: try a lower \(setting: "learning-rate")"
///     "\(path) is a run already; go on with it\(by: .resume(run: path)) or choose another folder"
public struct Explanation: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
  public enum Part: Sendable, Hashable {
    case text(String)
    /// A setting by its name, "learning-rate", and perhaps its value.
    case setting(String, value: String?)
    /// How to do what the words before it say.
    case action(Action)
    /// Lines between two sentences, as of a list.
    case lines([String])
  }

  public let parts: [Part]

  public init(_ parts: [Part]) { self.parts = parts }

  public init(_ text: String) { parts = [.text(text)] }

  public init(stringLiteral text: String) { self.init(text) }

  public init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  /// In words that belong to no program.
  public var description: String { sentence(in: .neutral) }

  public func sentence(in wording: Wording) -> String { sentence(in: wording, showing: { $0 }) }

  /// The same for a terminal: what was put into the sentence can neither act on it nor begin a line of its own.
  package func visibleSentence(in wording: Wording) -> String { sentence(in: wording, showing: visibleLine) }

  private func sentence(in wording: Wording, showing: (String) -> String) -> String {
    parts.map { part in
      switch part {
      case .text(let text): showing(text)
      case .lines(let lines): "\n" + lines.map { showing($0) + "\n" }.joined()
      case .setting(let name, let value): showing(wording.setting(name, value))
      case .action(let action): wording.command(action).map { showing(" (\($0))") } ?? ""
      }
    }.joined()
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      parts.reserveCapacity(2 * interpolationCount + 1)
    }

    public mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { parts.append(.text(literal)) }
    }

    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      parts.append(.text(value.description))
    }

    /// A sentence in another one.
    public mutating func appendInterpolation(_ explanation: Explanation) { parts += explanation.parts }
    public mutating func appendInterpolation(_ explained: some Explained) { parts += explained.explanation.parts }

    public mutating func appendInterpolation(setting name: String, _ value: (any CustomStringConvertible)? = nil) {
      parts.append(.setting(name, value: value?.description))
    }

    /// Several settings: "width, layers or backbone".
    public mutating func appendInterpolation(settings names: [String], _ conjunction: String) {
      for (index, name) in names.enumerated() {
        if index > 0 { parts.append(.text(index == names.count - 1 ? " \(conjunction) " : ", ")) }
        parts.append(.setting(name, value: nil))
      }
    }

    /// Lines of their own between what stands before and behind.
    public mutating func appendInterpolation(lines: [String]) { parts.append(.lines(lines)) }

    /// What the words before it ask for.
    public mutating func appendInterpolation(by action: Action) { parts.append(.action(action)) }
  }
}

/// Files keep the words that belong to no program. What is read back is equal to what was written, for two explanations
/// are equal where they say the same in these words.
extension Explanation: Codable, Hashable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  public static func == (first: Explanation, second: Explanation) -> Bool { first.description == second.description }

  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

/// An error, or something else that went wrong, that explains itself.
public protocol Explained: Sendable, CustomStringConvertible {
  var explanation: Explanation { get }
}

extension Explained {
  public var description: String { explanation.description }
}
