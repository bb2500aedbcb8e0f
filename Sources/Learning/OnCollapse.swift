/// What happens to a run whose sentinel raises an alarm.
public enum OnCollapse: String, Codable, Sendable, CaseIterable {
  /// Report it and continue.
  case warn
  /// Report it and end the run; its checkpoints stay.
  case stop
  /// Return to the last checkpoint before the alarm and continue with half the learning rate, at most three times; then
  /// stop.
  case rollback
}
