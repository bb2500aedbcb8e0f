import Settings

/// One statement about a run, and how to take it.
package struct Finding: Sendable, Equatable, Codable, Explained {
  /// The question that a finding answers.
  package enum Topic: String, Sendable, Codable, CaseIterable {
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
  package enum Tone: String, Sendable, Codable {
    case good, caution, bad, neutral
  }

  package let topic: Topic
  package let tone: Tone
  /// One or two sentences. With a remedy, the last says what to do.
  package let explanation: Explanation
  /// What can be done about it; nil where there is nothing to do.
  package let remedy: Remedy?

  private enum CodingKeys: String, CodingKey {
    case topic, tone
    case explanation = "text"
    case remedy
  }

  init(_ topic: Topic, _ tone: Tone, _ text: String) {
    self.topic = topic
    self.tone = tone
    explanation = Explanation(text)
    remedy = nil
  }

  /// Advice: the sentence of the remedy follows the text.
  init(_ text: String, _ remedy: Remedy, for run: RunMeasurements) {
    topic = .next
    tone = .neutral
    explanation = "\(text) \(remedy.explanation(for: run))"
    self.remedy = remedy
  }
}
