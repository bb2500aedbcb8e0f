import Backbones
import Learning
import Settings

// What a user chose has to mean something for the kind of data, the method and the network at hand.
extension RunRequest {
  /// - Throws: `Refusal` where a name is not in the catalogue.
  func checkNames(_ catalogue: Catalogue) throws(Refusal) {
    if let method, catalogue.method(named: method) == nil {
      throw .unknown("method", method.rawValue, known: catalogue.methodNames.map(\.rawValue))
    }
    if let backbone, catalogue.backbone(named: backbone) == nil {
      throw .unknown("backbone", backbone.rawValue, known: catalogue.models.map(\.name.rawValue))
    }
    if let preset, catalogue.preset(named: preset) == nil {
      throw .unknown("preset", preset.rawValue, known: catalogue.presets.map(\.name.rawValue))
    }
  }

  /// - Throws: `SettingError` if a value is none that its option takes.
  func checkOptions(_ catalogue: Catalogue) throws(SettingError) {
    try options.check(catalogue.options)
  }

  /// Refuses what only another kind of data lets a user choose.
  func refuseOptions(ofOtherKindsThan kind: any DataKind.Type, _ catalogue: Catalogue) throws(Refusal) {
    let own = Set(kind.options.map(\.name))
    let others = Set(catalogue.kinds.flatMap { $0.options }.map(\.name))
    for name in options.names where others.contains(name) && !own.contains(name) {
      throw .unused(name, by: kind.title)
    }
  }

  /// Refuses what neither the data, the method nor the network lets a user choose, and values that they do not take.
  func refuseUnused(
    by method: MethodConfiguration, _ backbone: BackboneConfiguration, _ kind: (any DataKind.Type)?,
    _ catalogue: Catalogue
  ) throws {
    let ofMethod = type(of: method.settings).options
    let ofNetwork = type(of: backbone.settings).options
    let known = (kind?.options ?? []) + ofMethod + ofNetwork
    let names = Set(known.map(\.name))
    for name in options.names where !names.contains(name) {
      let isOfNetworks = catalogue.backbones.flatMap { $0.options }.contains { $0.name == name }
      throw Refusal.unused(name, by: isOfNetworks ? backbone.title : "the method \(method.name.rawValue)")
    }
  }
}
