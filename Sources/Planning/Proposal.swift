import Backbones
import Learning
import Samples
import Settings
import Training

/// What is known about a run before anything is measured on the machine: the data, and the numbers that follow from their
/// kind, a preset and the request.
/// `RunRequest.plan(for:)` completes it.
package struct Proposal: Sendable {
  package private(set) var data: any SampleCollection
  /// The samples to train on.
  package let training: [Int]
  /// Those whose loss is watched, and not trained on.
  package let heldOut: [Int]
  package let preset: Preset
  package private(set) var method: MethodConfiguration
  package private(set) var backbone: BackboneConfiguration
  /// Where these differ from the preset.
  let departures: [Departure]
  /// What was chosen for the user, and what is known to go badly, of this kind of data.
  package internal(set) var choices: [Choice] = []
  package internal(set) var warnings: [String] = []
  /// The configuration that is made again, with what the request changes in it.
  package internal(set) var replay: Replay?
  /// The precision that this kind of data needs; nil if the machine may choose.
  var precision: RunConfiguration.Precision?
  /// Sizes of the data that a method's settings depend on.
  let sizesOfData: [String: Int]
  /// What was asked for.
  let options: OptionValues
  /// What the run may be of.
  package let catalogue: Catalogue
}

extension Proposal {
  /// The settings that make this run smaller.
  var smallerSettings: [String] { catalogue.smallerSettings(of: data.configuration) + backbone.smallerSettings }

  /// The same on a smaller network; nil if it has none.
  func withSmallerNetwork() throws -> Proposal? {
    guard let smaller = backbone.settings.smaller() else { return nil }
    var result = self
    result.backbone = BackboneConfiguration(smaller)
    let sizes = Preset.Sizes(features: smaller.featureCount, ofData: sizesOfData)
    result.method = preset.methodNumbers(sizes)
    try result.method.apply(options, features: sizes.features)
    return result
  }

  /// How many samples are not learned from because they are copies of others.
  package var copyCount: Int {
    let count = data.labels?.splits.count { $0 == nil || $0 == .train } ?? data.names.count
    return count - training.count - heldOut.count
  }

  /// The same, what reading the samples costs kept on disk as `choice` says.
  package func cached(_ choice: CacheChoice) throws(DatasetError) -> Proposal {
    var result = self
    result.data = try data.cached(choice)
    return result
  }
}

extension RunRequest {
  /// Finds the samples in folders and files, and what becomes of them.
  ///
  /// - Parameter kind: the kind of data; nil for the one that recognises them best.
  /// - Throws: `Refusal`, `SettingError`, `DatasetError`
  package func proposal(
    scanning places: [String], _ annotations: Annotations = Annotations(), kind: String? = nil, _ catalogue: Catalogue
  ) throws -> Proposal {
    try proposal(for: source(scanning: places, annotations, kind: kind, catalogue), catalogue)
  }

  /// The data in folders and files.
  ///
  /// - Parameter kind: as above.
  package func source(
    scanning places: [String], _ annotations: Annotations = Annotations(), kind: String? = nil, _ catalogue: Catalogue
  ) throws -> any DataSource {
    try validate()
    try checkOptions(catalogue)
    return try Self.kind(of: places, named: kind, choosing: options, catalogue).source(places, annotations, options)
  }

  /// The methods that a selection tries on the data in these places where nobody names any.
  ///
  /// - Parameter kind: as above.
  package func usualCandidates(
    for places: [String], kind: String? = nil, _ catalogue: Catalogue
  ) throws(Refusal) -> [MethodName] {
    let known = Set(catalogue.methodNames)
    return try Self.kind(of: places, named: kind, choosing: options, catalogue).candidates.filter(known.contains)
  }

  /// The kind that a user names, or that alone has an option that was chosen, or that recognises the data: of those that
  /// are certain the first, else the first that would look.
  static func kind(
    of places: [String], named name: String?, choosing options: OptionValues = OptionValues(), _ catalogue: Catalogue
  ) throws(Refusal) -> any DataKind.Type {
    if let name {
      guard let kind = catalogue.kind(named: name) else {
        throw .unknown("kind", name, known: catalogue.kinds.map { $0.name })
      }
      return kind
    }
    let claims = catalogue.kinds.compactMap { kind in kind.claim(places).map { (kind, $0) } }
    let asked = claims.first { kind, claim in
      claim.strength == .onRequest
        && options.names.contains { name in
          let owners = catalogue.kinds.filter { $0.options.contains { $0.name == name } }
          return owners.count == 1 && owners[0].name == kind.name
        }
    }
    let best =
      asked ?? claims.first { $0.1.strength == .certain } ?? claims.first { $0.1.strength == .possible } ?? claims.first
    guard let best else { throw Refusal("no kind of data recognises \(places.joined(separator: ", "))") }
    return best.0
  }

  /// What becomes of data that were found.
  ///
  /// - Throws: `Refusal`, `SettingError`, `DatasetError`
  package func proposal(for source: any DataSource, _ catalogue: Catalogue) throws -> Proposal {
    try validate()
    try checkOptions(catalogue)
    let kind = catalogue.kind(named: source.kind)
    let title = kind?.title ?? source.kind
    try checkNames(catalogue)
    if let kind { try refuseOptions(ofOtherKindsThan: kind, catalogue) }
    let presets = kind.map(catalogue.presets(for:)) ?? catalogue.presets(for: source.kind, title: title, plans: nil)
    let beginning = beginning.map { place in
      DataRequest.Beginning(place: place, data: try? RunFolder(place, catalogue).open().configuration.data)
    }
    let transformer = try self.beginning.flatMap { try StartingWeights(file: $0, catalogue)?.transformer }
    let found = try source.propose(
      DataRequest(
        options: options, presets: presets, chosenPreset: preset, method: method, kind: title, beginning: beginning,
        sideStep: options[ViT.Configuration.patchSize] ?? transformer?.patchSize))
    let backbone = try backbone(of: found, transformer, usual: kind?.usualBackbone, kind: title, catalogue)
    var choices = found.choices
    if let transformer, self.backbone == nil {
      choices.append(Choice("network", transformer.name.rawValue, because: transformer.reason))
    }
    let sizes = Preset.Sizes(features: backbone.configuration.featureCount, ofData: found.sizes)
    let published = found.preset.methodNumbers(sizes)
    try refuseUnused(by: published, backbone.configuration, kind, catalogue)
    var method = published
    try method.apply(options, features: sizes.features)
    let (training, heldOut) = divided(try found.data.trainingIndices(), groups: found.data.groups)
    let usual = found.preset.input
    let departures =
      [usual.backbone.flatMap { Departure("backbone", backbone.name.rawValue, preset: $0.rawValue) }].compactMap(\.self)
      + found.departures
      + usual.backboneOptions.names.compactMap { name in
        guard let chosen = options[name], let usual = usual.backboneOptions[name] else { return nil }
        return Departure(name, chosen, preset: usual)
      }
      + [
        Departure("temperature", method.temperature ?? 0, preset: published.temperature ?? 0),
        Departure(
          "projector", method.projector?.shortName(features: sizes.features) ?? "",
          preset: published.projector?.shortName(features: sizes.features) ?? ""),
      ].compactMap(\.self)
    return Proposal(
      data: found.data, training: training, heldOut: heldOut, preset: found.preset, method: method,
      backbone: backbone.configuration, departures: departures, choices: choices, warnings: found.warnings,
      precision: found.precision, sizesOfData: found.sizes, options: options, catalogue: catalogue)
  }

  /// The network: the one that was asked for, else that of the data, of the weights to begin with, the preset's, the kind's.
  private func backbone(
    of found: DataProposal, _ transformer: FoundTransformer?, usual: BackboneName?, kind: String, _ catalogue: Catalogue
  ) throws(Refusal) -> (name: BackboneName, configuration: BackboneConfiguration) {
    let preset = found.preset
    let sample = found.data.evaluationShapes
    let method = catalogue.method(named: preset.method)
    let needed = method?.backboneFamily.flatMap { family in catalogue.backbones.first { $0.family == family } }
    let name =
      backbone ?? found.backbone ?? transformer?.name ?? preset.input.backbone ?? needed?.models.first?.name ?? usual
      ?? catalogue.usualBackbone(for: sample, kind: kind)
    guard let name, let family = catalogue.backbone(named: name) else {
      throw Refusal("there is no network for \(kind)")
    }
    if let needed, needed.family != family.family {
      throw Refusal(
        "method", preset.method.rawValue,
        "looks at parts of a sample, which not every network shows, and \(name.rawValue) does not",
        .choose(needed.models.map(\.name.rawValue)))
    }
    let ofWeights = family.family == ViT.Configuration.family ? transformer?.options : nil
    let proposal = BackboneProposal(
      name, chosen: options,
      usual: found.backboneOptions.completed(by: ofWeights ?? OptionValues())
        .completed(by: preset.input.backboneOptions)
        .completed(by: method?.backboneOptions ?? OptionValues()),
      sample: sample,
      kind: kind)
    return (name, BackboneConfiguration(try family.init(for: proposal)))
  }
}

extension SampleCollection {
  /// The tensors of the view that evaluation looks at, of one sample.
  package var evaluationShapes: [[Int]] {
    let layouts = evaluationView(of: []).layouts
    let others = layouts.dropFirst().prefix { $0.joinsPrevious }
    return (layouts.prefix(1) + others).map(\.shape)
  }
}
