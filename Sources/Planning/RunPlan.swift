import Learning

/// What is about to happen: the configuration, what was chosen in it and why, and what is known to go badly.
public struct RunPlan: Sendable {
  public let configuration: RunConfiguration
  public let choices: [Choice]
  /// One sentence each.
  public let warnings: [String]
  public let memory: MemoryEstimate
  /// Bytes that the run may take.
  public let freeMemory: Int
}
