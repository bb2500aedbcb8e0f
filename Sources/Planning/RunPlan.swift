import Learning

/// What is about to happen: the configuration, what was chosen in it and why, and what is known to go badly.
package struct RunPlan: Sendable {
  package let configuration: RunConfiguration
  package let choices: [Choice]
  /// One sentence each.
  package let warnings: [String]
  package let memory: MemoryEstimate
  /// Bytes that the run may take.
  package let freeMemory: Int
  /// When the run is to end; nil where no time was asked.
  package let deadline: ContinuousClock.Instant?
}
