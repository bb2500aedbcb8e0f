import Learning
import Settings

extension RunConfiguration {
  /// Whether a run is to end by it, or to be warned only.
  func ends(by alarm: Alarm) -> Bool { alarm.kind == .overfitting ? patience != nil : onCollapse != .warn }
}

/// Something that goes wrong in a run, seen in its numbers.
public struct Alarm: Codable, Sendable, Equatable, Explained {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The loss, or a gradient, is not a number any more.
    case notANumber
    /// All samples get nearly the same embedding.
    case alike
    /// The embeddings shrink towards one point, whatever their directions.
    case shrunk
    /// The embeddings lie on a line, or nearly so.
    case fewDimensions
    /// The loss stays where guessing would have it.
    case chance
    /// The weights have grown beyond all measure.
    case exploded
    /// The loss on samples that are held out rises, and that on the others falls.
    case overfitting
  }

  public let kind: Kind
  /// When it was certain, counted from 1.
  public let step: Int
  /// When it was first to be seen.
  public let since: Int
  /// What is happening, with its number.
  public let what: String
  /// What to change.
  public let advice: Explanation

  /// One sentence without a full stop.
  public var explanation: Explanation { "\(what) (since step \(since)); \(advice)" }
}
