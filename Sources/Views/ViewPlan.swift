/// What a method wants of the data: how many views of a sample, and how they relate. A kind of data says which plans it
/// provides.
public enum ViewPlan: String, Codable, Sendable {
  /// Two views from one distribution.
  case pair
}
