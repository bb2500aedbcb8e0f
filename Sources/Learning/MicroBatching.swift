/// How a method behaves if a batch passes the network in parts and the loss sees all outputs together.
public enum MicroBatching: Sendable, Equatable {
  /// The result is the same, apart from batch normalisation, because samples do not interact before the loss.
  case exact
  /// The result differs; the clause says how.
  case differing(String)
  /// It cannot be done; the clause says why.
  case impossible(String)
}
