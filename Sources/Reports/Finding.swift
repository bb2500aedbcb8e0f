/// One sentence about a run, and how to take it.
public struct Finding: Sendable, Equatable, Codable {
  public enum Topic: String, Sendable, Codable, CaseIterable {
    /// Has it learned?
    case learned
    /// Has it collapsed?
    case collapse
    /// How sure is that?
    case certainty
    /// What to try.
    case next
  }

  public enum Tone: String, Sendable, Codable {
    case good, caution, bad, neutral
  }

  public let topic: Topic
  public let tone: Tone
  public let text: String
}
