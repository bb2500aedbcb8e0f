import Backbones
import Learning
import Planning

/// A combination of method, projector and backbone that is tried among others.
package struct Candidate: Codable, Sendable, Hashable {
  package let method: MethodName
  /// Nil for the preset's.
  package let projector: ProjectorName?
  /// Nil for the preset's.
  package let backbone: BackboneName?

  package init(_ method: MethodName, projector: ProjectorName? = nil, backbone: BackboneName? = nil) {
    self.method = method
    self.projector = projector
    self.backbone = backbone
  }

  /// "simclr, small-3, resnet18"; parts that are the preset's are left out.
  package var name: String { parts.joined(separator: ", ") }

  /// The name of its folder.
  var slug: String { parts.joined(separator: "-") }

  private var parts: [String] { [method.rawValue, projector?.rawValue, backbone?.rawValue].compactMap(\.self) }

  /// All combinations of methods, projectors and backbones. A method without a projector option appears once for each
  /// backbone.
  ///
  /// - Parameters:
  ///   - projectors: empty for those of the presets.
  ///   - backbones: empty for those of the presets.
  ///   - catalogue: says which methods have a projector.
  package static func all(
    _ methods: [MethodName], projectors: [ProjectorName] = [], backbones: [BackboneName] = [], _ catalogue: Catalogue
  ) -> [Candidate] {
    var candidates: [Candidate] = []
    for method in methods {
      let hasProjector = catalogue.method(named: method)?.hasProjector ?? false
      for projector in hasProjector && !projectors.isEmpty ? projectors.map(Optional.some) : [nil] {
        for backbone in backbones.isEmpty ? [nil] : backbones.map(Optional.some) {
          candidates.append(Candidate(method, projector: projector, backbone: backbone))
        }
      }
    }
    var seen: Set<Candidate> = []
    return candidates.filter { seen.insert($0).inserted }
  }

  func apply(to request: RunRequest) -> RunRequest {
    var request = request
    request.method = method
    request.projector = projector ?? request.projector
    request.backbone = backbone ?? request.backbone
    return request
  }
}

extension MethodSettings {
  fileprivate static var hasProjector: Bool { projectorPath != nil }
}
