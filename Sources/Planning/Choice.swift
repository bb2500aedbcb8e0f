import Training

/// A number that was chosen for the user, and why.
public struct Choice: Sendable, Equatable, CustomStringConvertible {
  public let what: String
  public let value: String
  /// Completes "128: …".
  public let reason: String

  public init(_ what: String, _ value: some CustomStringConvertible, because reason: String) {
    self.what = what
    self.value = value.description
    self.reason = reason
  }

  public var description: String { "\(what) \(value): \(reason)" }
}

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
