/// One statement about a run, and how to take it.
public struct Finding: Sendable, Equatable, Codable {
  /// The question that a finding answers.
  public enum Topic: String, Sendable, Codable, CaseIterable {
    /// Has it learned?
    case learned
    /// Has it collapsed?
    case collapse
    /// How sure is that?
    case certainty
    /// What to try next.
    case next
  }

  /// Whether a finding is good news.
  public enum Tone: String, Sendable, Codable {
    case good, caution, bad, neutral
  }

  public let topic: Topic
  public let tone: Tone
  /// One or two sentences. With a remedy, the last says what to do.
  public let text: String
  /// What can be done about it; nil where there is nothing to do.
  public let remedy: Remedy?

  init(_ topic: Topic, _ tone: Tone, _ text: String) {
    self.topic = topic
    self.tone = tone
    self.text = text
    remedy = nil
  }

  /// Advice: the sentence of the remedy follows the text.
  ///
  /// - Parameter run: the path of the run, for the remedy's command.
  init(_ text: String, _ remedy: Remedy, for run: String) {
    topic = .next
    tone = .neutral
    self.text = text + " " + remedy.sentence(for: run)
    self.remedy = remedy
  }
}
