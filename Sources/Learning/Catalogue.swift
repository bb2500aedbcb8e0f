import Backbones
import Foundation
import Samples
import Settings

/// The kinds of data, methods and networks that a program knows. It is an explicit value that is passed to everything
/// that reads or plans a run.
///
///     let mine = Catalogue.standard.adding(NumberLines.self).adding(Triplet.Configuration.self)
public struct Catalogue: Sendable {
  public private(set) var kinds: [any DataKind.Type] = []
  public private(set) var methods: [any MethodSettings.Type] = []
  public private(set) var backbones: [any BackboneSettings.Type] = []

  public init() {}

  /// The catalogue with one more kind, which replaces a kind of the same name.
  public func adding(_ kind: any DataKind.Type) -> Catalogue {
    var result = self
    result.kinds.removeAll { $0.name == kind.name }
    result.kinds.append(kind)
    return result
  }

  public func adding(_ method: any MethodSettings.Type) -> Catalogue {
    var result = self
    result.methods.removeAll { $0.name == method.name }
    result.methods.append(method)
    return result
  }

  public func adding(_ backbone: any BackboneSettings.Type) -> Catalogue {
    var result = self
    result.backbones.removeAll { $0.family == backbone.family }
    result.backbones.append(backbone)
    return result
  }

  // MARK: By name

  public func kind(named name: String) -> (any DataKind.Type)? { kinds.first { $0.name == name } }

  public func method(named name: MethodName) -> (any MethodSettings.Type)? { methods.first { $0.name == name } }

  /// The family of the network with this name.
  public func backbone(named name: BackboneName) -> (any BackboneSettings.Type)? {
    backbones.first { family in family.models.contains { $0.name == name } }
  }

  /// Everything that its kinds, methods and networks let a user choose; a name may occur several times.
  package var options: [RunOption] {
    kinds.flatMap { $0.options } + methods.flatMap { $0.options } + backbones.flatMap { $0.options }
  }

  public var methodNames: [MethodName] { methods.map { $0.name } }
  public var models: [BackboneModel] { backbones.flatMap { $0.models } }

  /// All presets: those of the methods, then those of the kinds.
  public var presets: [Preset] { methods.flatMap { $0.presets } + kinds.flatMap { $0.presets } }

  public func preset(named name: Preset.Name) -> Preset? { presets.first { $0.name == name } }

  /// The presets of a method.
  public func presets(of method: MethodName) -> [Preset] { presets.filter { $0.method == method } }

  /// The presets that suit a kind of data. If a method has none for it but the kind provides the method's views, one of
  /// the method's other presets is borrowed. A method that needs networks of a family, such as a transformer of patches,
  /// is lent only to kinds that have presets with such networks.
  public func presets(for kind: any DataKind.Type) -> [Preset] {
    presets(for: kind.name, title: kind.title, plans: kind.plans)
  }

  /// - Parameter plans: nil if it is not known which views the kind provides.
  public func presets(for kind: String, title: String, plans: [ViewPlan]?) -> [Preset] {
    let own = presets.filter { $0.input.kind == kind || $0.input.kind == nil }
    let has = Set(own.map(\.method))
    let families = Set(methods.filter { has.contains($0.name) }.compactMap { $0.backboneFamily })
    let borrowed = methods.compactMap { method -> Preset? in
      if has.contains(method.name) { return nil }
      if let family = method.backboneFamily, !families.contains(family) { return nil }
      let known = presets(of: method.name)
      let preset = known.first(where: \.isSmall) ?? known.first
      guard let preset else { return nil }
      let plan = preset.methodNumbers(Preset.Sizes(features: 1)).viewPlan
      return plans?.contains(plan) ?? true ? preset.borrowed(for: kind, title: title) : nil
    }
    return own + borrowed
  }

  /// The first network that takes such samples.
  ///
  /// - Parameter sample: the tensors of one view of one sample.
  public func usualBackbone(for sample: [[Int]], kind: String) -> BackboneName? {
    models.map(\.name).first { name in
      let settings = backbone(named: name).flatMap {
        try? $0.init(for: BackboneProposal(name, sample: sample, kind: kind))
      }
      return settings != nil
    }
  }

  // MARK: Reading

  /// Reads the records of runs that use kinds, methods and networks of this catalogue.
  public var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    var data: [String: any (Decodable & Sendable).Type] = [:]
    for kind in kinds {
      let settings = kind.settingsType
      data[settings.kind] = settings
      if let former = settings.formerKind { data[former] = settings }
    }
    decoder.userInfo[.dataKinds] = data
    decoder.userInfo[.methods] = Dictionary(
      methods.map { ($0.name.rawValue, $0 as any (Decodable & Sendable).Type) }, uniquingKeysWith: { _, last in last })
    decoder.userInfo[.backbones] = Dictionary(
      backbones.map { ($0.family, $0 as any (Decodable & Sendable).Type) }, uniquingKeysWith: { _, last in last })
    return decoder
  }
}

extension DataKind {
  fileprivate static var settingsType: any DataSettings.Type { Settings.self }
}
