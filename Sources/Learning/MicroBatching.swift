/// What becomes of a method when the samples of a batch pass its network in parts and its loss sees them together.
public enum MicroBatching: Sendable, Equatable {
  /// All that it does with samples before the loss, it does with each by itself, but for batch normalisation.
  case exact
  /// It does something else than with the whole batch: a clause that says what.
  case differing(String)
  /// A clause that says why.
  case impossible(String)
}
