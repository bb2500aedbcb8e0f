import Backbones
import Datasets
import Methods

extension RunRequest {
  /// What becomes of the rows of a table.
  ///
  /// - Parameter labelColumn: kept out of the features; nil where the table has none.
  public func proposal(for table: Table, labelColumn: String? = nil) throws -> Proposal {
    try validate()
    try refuse(
      [
        ("--views", views != nil), ("--image-size", imageSize != nil), ("--stem", stem != nil),
        ("--patch-size", patchSize != nil), ("--local-crops", localCrops != nil),
        ("--backbone \(backbone?.rawValue ?? "")", (backbone ?? .mlp) != .mlp),
      ], becauseOf: "a table")
    let preset = try chosenPreset(among: Preset.ofTables, usual: .scarf, kind: "tables")
    guard case .table(let corruption, let scaling, let layers, let presetWidth) = preset.input else {
      throw Refusal(preset, isNotFor: "tables")
    }
    let configuration = try TableConfiguration(
      fitting: table, labelColumn: labelColumn, scaling: scaling, corruption: corruption)
    let data = try TableCollection(table, configuration)
    let columns = configuration.features.count
    guard columns >= 2 else {
      throw Refusal(
        "'\(configuration.features[0].name)' is the only column to learn from, and a view replaces some of at "
          + "least 2; found: " + configuration.columnSummary.joined(separator: "; "))
    }
    let usualWidth = presetWidth ?? configuration.width
    let network = MLP.Configuration(
      inputs: configuration.width, width: width ?? usualWidth, layers: self.layers ?? layers)
    let (method, methodDepartures) = try method(
      of: preset, .init(features: network.width, inputs: configuration.width, columns: columns))
    let departures = [
      Departure("width", network.width, preset: usualWidth), Departure("layers", network.layers, preset: layers),
    ]
    let (training, heldOut) = divided(try data.trainingIndices())
    return Proposal(
      data: data, training: training, heldOut: heldOut, preset: preset, method: method, backbone: .mlp(network),
      departures: departures.compactMap(\.self) + methodDepartures, precision: .float32)
  }
}
