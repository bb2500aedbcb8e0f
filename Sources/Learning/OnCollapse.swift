/// What becomes of a run whose sentinel raises an alarm.
public enum OnCollapse: String, Codable, Sendable, CaseIterable {
  /// Say it and go on.
  case warn
  /// Say it and end the run; its checkpoints stay as they are.
  case stop
  /// Go back to the last checkpoint before it began and go on at half the learning rate, at most three times; then stop.
  case rollback
}
