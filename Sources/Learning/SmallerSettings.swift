import Backbones
import Settings

/// By which settings a run becomes smaller is declared by its kind of data and its network, so that no advice names one
/// that another run has.
extension Catalogue {
  /// Those of a kind of data: "image-size"; none of data whose kind is not known here.
  package func smallerSettings(of data: DataConfiguration) -> [String] {
    (kind(named: data.kind)?.options ?? []).filter(\.makesRunsLarger).map(\.name)
  }
}

extension BackboneConfiguration {
  /// Those of this network, and the choice of another: "width", "backbone".
  package var smallerSettings: [String] {
    type(of: settings).options.filter(\.makesRunsLarger).map(\.name) + ["backbone"]
  }
}
