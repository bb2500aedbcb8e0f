import Layers
import Learning

/// Settings of a method whose loss contrasts the outputs of a projector at a temperature.
package protocol ContrastiveSettings: MethodSettings {
  /// τ of the loss, above 0.
  var temperature: Double { get set }
  /// The head between backbone and loss.
  var projector: Projector.Configuration { get set }
}

extension ContrastiveSettings {
  package static var family: MethodFamily { .contrastive }
  package static var temperaturePath: WritableKeyPath<Self, Double>? { \.temperature }
  package static var projectorPath: WritableKeyPath<Self, Projector.Configuration>? { \.projector }
}
