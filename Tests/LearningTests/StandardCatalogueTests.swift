import Foundation
import Swiftlet
import Testing

@testable import Backbones
@testable import Sound
@testable import Tables

/// What Swiftlet brings fits together.
@Suite struct StandardCatalogueTests {
  private let catalogue = Catalogue.standard

  @Test func namesAreUnique() {
    #expect(Set(catalogue.kinds.map { $0.name }).count == catalogue.kinds.count)
    #expect(Set(catalogue.methodNames).count == catalogue.methods.count)
    #expect(Set(catalogue.backbones.map { $0.family }).count == catalogue.backbones.count)
    #expect(Set(catalogue.models.map(\.name)).count == catalogue.models.count)
    let presets = catalogue.presets.map(\.name)
    for name in Set(presets) { #expect(presets.count { $0 == name } == 1, "\(name.rawValue)") }
  }

  @Test func everyKindHasAUsualNetworkAndPresets() throws {
    for kind in catalogue.kinds {
      #expect(catalogue.backbone(named: kind.usualBackbone) != nil, "\(kind.name)")
      #expect(!catalogue.presets(for: kind).isEmpty, "\(kind.name)")
      for preset in catalogue.presets(for: kind) {
        let plan = preset.methodNumbers(.init(features: 32, ofData: ["inputs": 7, "columns": 5])).viewPlan
        #expect(kind.plans.contains(plan), "\(preset.name.rawValue) wants \(plan.rawValue)")
      }
    }
  }

  /// The network that a method needs is one of those that the kind's own presets use.
  @Test func noKindBorrowsAMethodOfNetworksThatItLacks() {
    for kind in catalogue.kinds {
      let own = Set(catalogue.presets.filter { $0.input.kind == kind.name }.map(\.method))
      let families = catalogue.methods.filter { own.contains($0.name) }.compactMap { $0.backboneFamily }
      for preset in catalogue.presets(for: kind) where !own.contains(preset.method) {
        let family = catalogue.methods.first { $0.name == preset.method }?.backboneFamily
        #expect(family.map { families.contains($0) } ?? true, "\(kind.name): \(preset.name.rawValue)")
      }
    }
    let pictures = catalogue.presets(for: Pictures.self).map(\.method.rawValue)
    #expect(!pictures.contains("simcse") && pictures.contains("mae"))
    #expect(!catalogue.presets(for: Tables.self).map(\.method.rawValue).contains("simcse"))
  }

  /// A user can reach every method: some kind has a preset for it.
  @Test func everyMethodHasAPreset() {
    for method in catalogue.methods {
      #expect(!catalogue.presets(of: method.name).isEmpty, "\(method.name.rawValue)")
      let isReached = catalogue.kinds.contains { kind in
        catalogue.presets(for: kind).contains { $0.method == method.name }
      }
      #expect(isReached, "\(method.name.rawValue)")
      if let family = method.backboneFamily { #expect(catalogue.backbones.contains { $0.family == family }) }
    }
  }

  /// Options that presets may use, beside those of users.
  private func known(to kind: any DataKind.Type) -> [RunOption] {
    let ofPresets = [Tables.replacedShare.option, Tables.replaces.option, Tables.scaling.option]
    let ofTexts = kind.name == Texts.name ? [Texts.corruption.option] : []
    let ofSound = kind.name == Sounds.name ? [Sounds.spareFirst.option, Sounds.isLevelled.option] : []
    return kind.options + (kind.name == Tables.name ? ofPresets : []) + ofTexts + ofSound
  }

  private func known(to network: any BackboneSettings.Type) -> [RunOption] {
    let forms = [ViT.Configuration.positions.option, ViT.Configuration.pooling.option]
    return network.options + [NetworkOptions.dropPath.option]
      + (network.family == ViT.Configuration.family ? forms : [])
  }

  @Test(arguments: Catalogue.standard.presets.map(\.name)) func aPresetNamesWhatThereIs(_ name: Preset.Name) throws {
    let preset = try #require(catalogue.preset(named: name))
    let method = try #require(catalogue.method(named: preset.method))
    let numbers = preset.methodNumbers(.init(features: 32, ofData: ["inputs": 7, "columns": 5]))
    #expect(numbers.name == preset.method)
    let kindName = try #require(preset.input.kind)
    let kind = try #require(catalogue.kind(named: kindName))
    #expect(Set(preset.input.options.names).isSubset(of: known(to: kind).map(\.name)))
    try preset.input.options.check(known(to: kind))
    #expect(kind.plans.contains(numbers.viewPlan))

    let backbone = preset.input.backbone ?? (method.backboneFamily == nil ? kind.usualBackbone : "vit-tiny")
    let family = try #require(catalogue.backbone(named: backbone))
    if let needed = method.backboneFamily { #expect(family.family == needed) }
    let asked = preset.input.backboneOptions.completed(by: method.backboneOptions)
    #expect(Set(asked.names).isSubset(of: known(to: family).map(\.name)), "\(asked.names)")
    try asked.check(known(to: family))
    let side = preset.input.options["image-size"].flatMap { Int($0) } ?? 32
    let sample =
      kind.name == Pictures.name
      ? [[3, side, side]]
      : kind.name == TimeSeries.name ? [[7, 2], [7]] : kind.name == Sounds.name ? [[1, 64, 96]] : [[7]]
    // What the data say of the network.
    let ofData: OptionValues = kind.name == Texts.name ? ["entries": 300] : [:]
    let network = try family.init(
      for: BackboneProposal(backbone, usual: asked.completed(by: ofData), sample: sample, kind: kind.plural))
    #expect(network.model == backbone && network.featureCount > 0)

    #expect(preset.batchSize >= 2 && preset.epochs >= 1 && preset.leastStepsPerEpoch >= 1 && !preset.source.isEmpty)
    #expect((0...Double(preset.epochs)).contains(preset.warmUpEpochs) && (0...1).contains(preset.warmUpShare))
    #expect((0...1).contains(preset.finalRateShare) && preset.optimizer.baseLearningRate > 0)
    if let short = preset.shortRun {
      #expect(short.batchSize < preset.batchSize && short.steps > 0 && (0.1...4).contains(short.rateShare))
    }
    // What a user may choose of the method has values that its own options take.
    if let temperature = numbers.temperature {
      try MethodOptions.temperature.option.check(.number(temperature))
    }
  }

  /// The command line and the library know an option by its name alone.
  @Test func optionsOfOneNameAreTheSame() {
    let declared: [(by: String, option: RunOption)] =
      catalogue.kinds.flatMap { kind in kind.options.map { (kind.name, $0) } }
      + catalogue.methods.flatMap { method in method.options.map { (method.name.rawValue, $0) } }
      + catalogue.backbones.flatMap { network in network.options.map { (network.family, $0) } }
    for (name, options) in Dictionary(grouping: declared, by: \.option.name) {
      let first = options[0].option
      for (owner, option) in options {
        #expect(option.domain == first.domain, "--\(name) of \(owner) and of \(options[0].by)")
        #expect(option.makesRunsLarger == first.makesRunsLarger, "--\(name) of \(owner)")
      }
    }
    for (owner, option) in declared {
      #expect(!option.help.isEmpty && option.help.hasSuffix("."), "--\(option.name) of \(owner)")
      #expect(option.name.allSatisfy { $0.isLowercase || $0 == "-" }, "\(option.name) of \(owner)")
    }
  }

  @Test func theUsualNetworkTakesTheSamples() {
    #expect(catalogue.usualBackbone(for: [[3, 32, 32]], kind: "pictures") == "resnet18")
    #expect(catalogue.usualBackbone(for: [[7]], kind: "rows") == "mlp")
    #expect(catalogue.usualBackbone(for: [[7], [7]], kind: "lists") == nil)
  }
}
