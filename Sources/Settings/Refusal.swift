/// A request that cannot be met: what is asked, why it cannot be, and what else could be asked.
///
/// A program that takes settings as options words them as such; see `Explanation`.
public struct Refusal: Error, Sendable, Equatable, Explained {
  /// What would help.
  public enum Remedy: Sendable, Equatable {
    case leaveOut
    /// One of these values.
    case choose([String])
    /// Other values of these settings: smaller, larger, or simply given.
    case change(String, settings: [String])
  }

  /// One part of the sentence: words, or a setting with the value that it was given.
  public typealias Part = Explanation.Part

  public let parts: [Part]
  public let remedy: Remedy?

  public init(_ parts: [Part], _ remedy: Remedy? = nil) {
    self.parts = parts
    self.remedy = remedy
  }

  /// - Parameters:
  ///   - setting: what was given: "stem".
  ///   - value: what it was given, where the sentence needs it.
  ///   - reason: goes on from there: "has no meaning for tables".
  public init(
    _ setting: String, _ value: (any CustomStringConvertible)? = nil, _ reason: String, _ remedy: Remedy? = nil
  ) {
    self.init([.setting(setting, value: value.map { $0.description }), .text(" " + reason)], remedy)
  }

  /// About no setting: the data, or the machine.
  public init(_ reason: String, _ remedy: Remedy? = nil) { self.init([.text(reason)], remedy) }

  /// A setting that what was chosen does not have.
  public static func unused(_ setting: String, by what: String) -> Refusal {
    Refusal(setting, nil, "has no meaning for \(what)", .leaveOut)
  }

  public static func unknown(_ setting: String, _ value: String, known: [String]) -> Refusal {
    Refusal(setting, "'\(value)'", "is not known", .choose(known))
  }

  public var explanation: Explanation {
    let what = Explanation(parts)
    return switch remedy {
    case nil: what
    case .leaveOut: "\(what); leave it out"
    case .choose(let values): "\(what); choose \(Self.listed(values))"
    case .change(let advice, let settings) where settings.isEmpty: "\(what); \(advice)"
    case .change(let advice, let settings): "\(what); \(advice) (\(settings: settings, "or"))"
    }
  }

  private static func listed(_ values: [String]) -> String {
    values.count > 1 ? "one of \(values.joined(separator: ", "))" : values.first ?? "another"
  }
}
