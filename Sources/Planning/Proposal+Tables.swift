import Backbones
import Datasets
import Layers
import Methods

extension RunRequest {
  /// What becomes of the rows of a table.
  ///
  /// - Parameter labelColumn: kept out of the features; nil where the table has none.
  public func proposal(for table: Table, labelColumn: String? = nil) throws -> Proposal {
    try refuse(
      [
        ("--views", views != nil), ("--image-size", imageSize != nil), ("--stem", stem != nil),
        ("--projector", projector != nil), ("--backbone \(backbone?.rawValue ?? "")", (backbone ?? .mlp) != .mlp),
      ], becauseOf: "a table")
    let preset = try chosenPreset(among: [.scarf, .vime], usual: .scarf, kind: "tables")
    guard case .table(let corruption, let scaling, let layers, let presetWidth) = preset.input else {
      throw Refusal(preset, isNotFor: "tables")
    }
    let configuration = try TableConfiguration(
      fitting: table, labelColumn: labelColumn, scaling: scaling, corruption: corruption)
    let data = try TableCollection(table, configuration)
    let columns = configuration.features.count
    guard columns >= 2 else {
      throw Refusal(
        description:
          "'\(configuration.features[0].name)' is the only column to learn from, and a view replaces one of at "
          + "least 2; the others: \(configuration.columnSummary.last ?? "")")
    }
    let usualWidth = presetWidth ?? configuration.width
    let network = MLP.Configuration(
      inputs: configuration.width, width: width ?? usualWidth, layers: self.layers ?? layers)
    let method: MethodConfiguration
    var departures = [
      Departure("width", network.width, preset: usualWidth), Departure("layers", network.layers, preset: layers),
    ]
    switch preset.method {
    case .scarf(let presetTemperature):
      let temperature = temperature ?? presetTemperature
      let head = Projector.Configuration(
        widths: [network.width, network.width], normalization: .none, hasBias: true)
      method = .scarf(.init(temperature: temperature, head: head))
      departures.append(Departure("temperature", temperature, preset: presetTemperature))
    case .vime(let featureWeight):
      try refuse([("--temperature", temperature != nil)], becauseOf: "the method vime")
      method = .vime(.init(columns: columns, inputs: configuration.width, featureWeight: featureWeight))
    case .simCLR:
      throw Refusal(preset, isNotFor: "tables")
    }
    return Proposal(
      data: data, training: try data.trainingIndices(), preset: preset, method: method, backbone: .mlp(network),
      departures: departures.compactMap(\.self), precision: .float32)
  }
}

extension RunRequest {
  /// The preset that was asked for, by itself or by its method; what was measured for another kind of data is refused.
  func chosenPreset(among known: [Preset.Name], usual: Preset.Name, kind: String) throws(Refusal) -> Preset {
    if let name = preset {
      guard known.contains(name) else {
        throw Refusal(Preset(name), isNotFor: kind, known: known)
      }
      if let method, method != Preset(name).method.name {
        throw Refusal(
          description: "--preset \(name.rawValue) is of the method \(Preset(name).method.name.rawValue), not "
            + "\(method.rawValue); leave one of the two out")
      }
      return Preset(name)
    }
    guard let method, method != Preset(usual).method.name else { return Preset(usual) }
    guard let first = known.first(where: { Preset($0).method.name == method }) else {
      let methods = Set(known.map { Preset($0).method.name.rawValue }).sorted()
      throw Refusal(
        description: "--method \(method.rawValue) wants views that \(kind) do not have; choose one of "
          + methods.joined(separator: ", "))
    }
    return Preset(first)
  }

  /// Refuses the first option that was given and has no meaning here.
  func refuse(_ options: [(name: String, isGiven: Bool)], becauseOf what: String) throws(Refusal) {
    if let given = options.first(where: \.isGiven) {
      throw Refusal(description: "\(given.name) has no meaning for \(what); leave it out")
    }
  }
}

extension RunRequest.Refusal {
  init(_ preset: Preset, isNotFor kind: String, known: [Preset.Name] = []) {
    let others = known.isEmpty ? "another" : "one of " + known.map(\.rawValue).joined(separator: ", ")
    self.init(description: "--preset \(preset.name.rawValue) is not for \(kind); choose \(others)")
  }
}
