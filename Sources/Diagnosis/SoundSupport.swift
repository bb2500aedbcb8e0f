import Sound

/// A library that sound needs, and how to add it where this build lacks it.
package struct SoundSupport: Codable, Sendable, Equatable {
  package var library: String
  package var isPresent: Bool
  /// What cannot be done without it, as a sentence.
  package var limit: String
  /// The command that adds it.
  package var remedy: String

  static var all: [SoundSupport] {
    [
      SoundSupport(
        library: "libsndfile", isPresent: SoundLibraries.readsFiles, limit: "Sound files cannot be read by this build.",
        remedy: command(apt: "libsndfile1-dev", brew: "libsndfile")),
      SoundSupport(
        library: "libsoxr", isPresent: SoundLibraries.changesRates,
        limit: "Sound files of another rate than the one that is asked for cannot be read by this build.",
        remedy: command(apt: "libsoxr-dev", brew: "libsoxr")),
    ]
  }

  private static func command(apt: String, brew: String) -> String {
    #if os(macOS)
      return "brew install \(brew) && \(Installation.rebuild)"
    #else
      return "sudo apt-get install --reinstall \(apt) && \(Installation.rebuild)"
    #endif
  }
}
