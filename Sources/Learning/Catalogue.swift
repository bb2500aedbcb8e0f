import Backbones
import Foundation
import Samples
import Settings

/// The kinds of data, methods and networks that a program knows: an explicit value, handed to whatever reads a run or
/// plans one.
///
///     let mine = Catalogue.standard.adding(NumberLines.self).adding(Triplet.Configuration.self)
public struct Catalogue: Sendable {
  public private(set) var kinds: [any DataKind.Type] = []
  public private(set) var methods: [any MethodSettings.Type] = []
  public private(set) var backbones: [any BackboneSettings.Type] = []

  public init() {}

  /// What has the name of one that is there takes its place.
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

  /// The family that a network of this name belongs to.
  public func backbone(named name: BackboneName) -> (any BackboneSettings.Type)? {
    backbones.first { family in family.models.contains { $0.name == name } }
  }

  public var methodNames: [MethodName] { methods.map { $0.name } }
  public var models: [BackboneModel] { backbones.flatMap { $0.models } }

  /// Every preset: those that methods bring, then those of the kinds.
  public var presets: [Preset] { methods.flatMap { $0.presets } + kinds.flatMap { $0.presets } }

  public func preset(named name: Preset.Name) -> Preset? { presets.first { $0.name == name } }

  /// Those with numbers for a method.
  public func presets(of method: MethodName) -> [Preset] { presets.filter { $0.method == method } }

  /// The presets that suit a kind of data. A method that has none for it, but whose views it provides, lends one of
  /// those that it has.
  public func presets(for kind: any DataKind.Type) -> [Preset] {
    presets(for: kind.name, title: kind.title, plans: kind.plans)
  }

  /// - Parameter plans: nil where it is not known which views the kind provides.
  public func presets(for kind: String, title: String, plans: [ViewPlan]?) -> [Preset] {
    let own = presets.filter { $0.input.kind == kind || $0.input.kind == nil }
    let has = Set(own.map(\.method))
    let borrowed = methods.compactMap { method -> Preset? in
      guard !has.contains(method.name) else { return nil }
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

  /// Reads what runs of this catalogue's kinds, methods and networks have recorded.
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
