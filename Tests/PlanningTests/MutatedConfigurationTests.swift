import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Planning

/// No number or word that somebody writes into a configuration ends the program: it is read, or refused by an error.
@Suite struct MutatedConfigurationTests {
  /// A configuration of each method, without data or machine.
  private static func configuration(_ name: Preset.Name) throws -> RunConfiguration {
    let preset = try #require(Catalogue.standard.preset(named: name))
    let (data, usual, sizes) = try Self.data(of: preset)
    let method = try #require(Catalogue.standard.method(named: preset.method))
    let isText = preset.input.kind == Texts.name
    let hasOwnNetworks = [Texts.name, TimeSeries.name, Sounds.name].contains(preset.input.kind)
    let family = hasOwnNetworks ? preset.input.backbone ?? usual : method.backboneFamily == nil ? usual : "vit-tiny"
    let network: OptionValues = family == "vit-tiny" ? ["layers": 2] : ["width": 4]
    let settings = try #require(Catalogue.standard.backbone(named: family))
    let backbone = BackboneConfiguration(
      try settings.init(
        for: BackboneProposal(
          family, chosen: network,
          usual: method.backboneOptions.completed(by: isText ? ["entries": 7, "layers": 1] : [:]),
          sample: try #require(data.settings.sampleShapes), kind: data.kind)))
    return RunConfiguration(
      preset: name.rawValue, data: data,
      method: preset.methodNumbers(Preset.Sizes(features: backbone.featureCount, ofData: sizes)),
      backbone: backbone, optimizer: preset.optimizer, schedule: Schedule(peak: 0.1, warmUpSteps: 1, totalSteps: 4),
      batchSize: 8, microBatchSize: 4, stepsPerEpoch: 2, computeThreads: 1, loaderThreads: 1, heldOutCount: 2,
      patience: 3)
  }

  private static func data(
    of preset: Preset
  ) throws -> (DataConfiguration, usual: BackboneName, sizes: [String: Int]) {
    if preset.input.kind == Pictures.name {
      let views = try #require(preset.input.options[Pictures.views])
      var images = ImageConfiguration(
        imageSize: try #require(preset.input.options[Pictures.imageSize]) / 16 * 16, views: views)
      images.localCrops = views.localCrops
      images.decode.values = ValueRange(uint16Highest: 4095, float: -1...3)
      return (DataConfiguration(images), Pictures.usualBackbone, [:])
    }
    if preset.input.kind == Texts.name {
      let entries = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]
      let texts = TextConfiguration(
        unit: .record, columns: ["text"], labelColumn: "kind", maxTokens: 12,
        recipe: TextRecipe(leastCrop: 0.2, mostCrop: 0.5, wordDropout: 0.1, subwordSampling: 0.2),
        vocabulary: try Vocabulary(.wordPiece(.init(entries: entries, lowersCase: true))))
      return (DataConfiguration(texts), Texts.usualBackbone, ["vocabulary": 7, "mask": 4, "first": 2, "last": 3])
    }
    if preset.input.kind == TimeSeries.name {
      return try withTemporaryFolder { folder in
        let file = folder.appending(path: "x.csv")
        try Data("t,x,y\n0,1,2\n1,3,4\n2,5,7\n3,8,9\n".utf8).write(to: file)
        let request = DataRequest(
          options: [:], presets: [preset], chosenPreset: preset.name, method: nil, kind: "series")
        let source = try SeriesSource(
          file.path, options: ["time-column": "t", "window": "2s", "stride": "2", "rate": 1])
        let proposal = try source.propose(request)
        return (proposal.data.configuration, TimeSeries.usualBackbone, proposal.sizes)
      }
    }
    if preset.input.kind == Sounds.name {
      return try withTemporaryFolder { folder in
        for file in 0..<2 {
          // A WAV file of 8 bits: a header of 44 bytes, then the samples.
          func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
          let format = number(16, 4) + number(1, 2) + number(1, 2) + number(8000, 4) + number(8000, 4) + number(1, 2)
          let header = Array("RIFF".utf8) + number(436, 4) + Array("WAVEfmt ".utf8) + format + number(8, 2)
          let samples = (0..<400).map { UInt8($0 * (3 + file) & 255) }
          try Data(header + Array("data".utf8) + number(400, 4) + samples).write(
            to: folder.appending(path: "\(file).wav"))
        }
        let request = DataRequest(
          options: ["stride": "1"], presets: [preset], chosenPreset: preset.name, method: nil, kind: "sound")
        let proposal = try SoundSource(folder.path).propose(request)
        return (proposal.data.configuration, Sounds.usualBackbone, proposal.sizes)
      }
    }
    let rows = "age,day,colour,kind\n1,2024-01-01,red,a\n2,2024-01-02,blue,b\n,2024-01-03,red,a\n4,2024-02-01,,b\n"
    let table = try withTemporaryFolder { folder in
      let file = folder.appending(path: "rows.csv")
      try Data(rows.utf8).write(to: file)
      let request = DataRequest(
        options: [:], presets: [preset], chosenPreset: preset.name, method: nil, kind: "tables")
      let proposal = try TableSource(file.path, labelColumn: "kind").propose(request)
      return (proposal.data.configuration, proposal.sizes)
    }
    return (table.0, Tables.usualBackbone, table.1)
  }

  @Test(arguments: Catalogue.standard.presets.map(\.name))
  func whatAPresetSaysIsValid(_ name: Preset.Name) throws { try Self.configuration(name).validate() }

  /// Every number, word and list, by what no number, word or list should be.
  @Test(arguments: Catalogue.standard.presets.map(\.name))
  func everyChangeIsReadOrRefused(_ name: Preset.Name) throws {
    let text = try JSONEncoder().encode(Self.configuration(name))
    let tree = try JSONSerialization.jsonObject(with: text)
    var refused = 0
    let values = [
      "0", "-1", "4611686018427387904", "9223372036854775807", "1e308", "NaN", "\"NaN\"", "\"x\"", "null", "[]",
      "[3,1]",
    ]
    for path in Self.leaves(tree) {
      for value in values {
        let json = try JSONSerialization.data(withJSONObject: Self.changed(tree, path[...]))
        let changed = String(decoding: json, as: UTF8.self).replacing("\"\(Self.mark)\"", with: value)
        guard let run = try? Catalogue.standard.decoder.decode(RunConfiguration.self, from: Data(changed.utf8)) else {
          refused += 1
          continue
        }
        do {
          try run.validate()
          // What is accepted can be used.
          _ = (run.epochs, run.schedule.learningRate(at: 0), run.optimizer.weightDecay(at: 0.5), run.data.summary)
          _ = run.backbone.featureCount
        } catch {
          refused += 1
          #expect(!error.name.isEmpty && error.description.contains("must be"))
        }
      }
    }
    #expect(refused > 100)
  }

  @Test func theErrorNamesThePlaceAndWhatIsExpected() throws {
    func error(_ name: Preset.Name = "small", _ change: (inout RunConfiguration) -> Void) throws -> String? {
      var run = try Self.configuration(name)
      change(&run)
      do throws(SettingError) { try run.validate() } catch { return error.description }
      return nil
    }
    #expect(
      try error { $0.method.temperature = 0 } == "method.numbers.temperature is 0 and must be from 0.001 to 100")
    #expect(try error { $0.batchSize = 1 } == "batchSize is 1 and must be from 2 to 16777216")
    #expect(
      try error { $0.schedule.warmUpSteps = 5 } == "schedule.warmUpSteps is 5 and must be from 0 to 4")
    #expect(
      try error { $0.method.projector?.widths = [32_768, 32_768] }?.hasPrefix("method.numbers.projector.widths") == true
    )
    #expect(
      try error { $0.optimizer.momentum = 1 } == "optimizer.momentum is 1 and must be from 0 to below 1")
    #expect(
      try error { $0.backbone = BackboneConfiguration(MLP.Configuration(inputs: 3, width: 4, layers: 1)) }
        == "backbone.numbers.inputs is 3 and must be as many as a sample has: [[3, 64, 64]]")
    #expect(
      try error("mae") { $0.data = DataConfiguration(ImageConfiguration(imageSize: 230, views: .mae)) }
        == "backbone.numbers.patchSize is 16 and must be a divisor of the side of a view, 230")
    #expect(
      try error {
        guard var images = $0.data.settings as? ImageConfiguration else { return }
        images.recipe.blur?.probability = .nan
        images.recipe.crop?.scale = 0...1
        $0.data = DataConfiguration(images)
      } == "data.numbers.recipe.crop.scale is 0 to 1 and must be a range of parts of the area, above 0 and at most 1")
  }

  /// Each of these ended the program.
  @Test func absurdRequestsThrow() throws {
    let changes: [(String, (inout RunRequest) -> Void)] = [
      ("batch-size", { $0.batchSize = 0 }), ("batch-size", { $0.batchSize = -1 }),
      ("batch-size", { $0.batchSize = .max }), ("micro-batch", { $0.microBatch = 0 }),
      ("epochs", { $0.epochs = 0 }), ("epochs", { $0.epochs = .max }), ("epochs", { $0.epochs = .min }),
      ("learning-rate", { $0.learningRate = .nan }), ("learning-rate", { $0.learningRate = .infinity }),
      ("learning-rate", { $0.learningRate = 0 }), ("weight-decay", { $0.weightDecay = -1 }),
      ("image-size", { $0.imageSize = 0 }), ("image-size", { $0.imageSize = 1 << 40 }),
      ("image-size", { $0.imageSize = .max }), ("width", { $0.width = 0 }), ("width", { $0.width = .max }),
      ("layers", { $0.layers = -1 }), ("temperature", { $0.temperature = 0 }),
      ("temperature", { $0.temperature = .nan }), ("hold-out", { $0.holdOut = 2 }),
      ("hold-out", { $0.holdOut = .nan }), ("minutes", { $0.minutes = .nan }), ("minutes", { $0.minutes = 0 }),
      ("minutes", { $0.minutes = .infinity }), ("threads", { $0.computeThreads = 0 }),
      ("threads", { $0.computeThreads = 1_000_000_000 }), ("loader-threads", { $0.loaderThreads = 0 }),
      ("local-crops", { $0.localCrops = -1 }), ("max-pixels", { $0.maxPixels = 0 }),
      ("patience", { $0.patience = 0 }), ("memory", { $0.memory = -1 }),
    ]
    for (name, change) in changes {
      let error = #expect(throws: SettingError.self, "\(name)") { try planOfImagined("simclr", change) }
      #expect(error?.name == name)
    }
    // Before there are data, and after.
    var request = RunRequest()
    request.width = 8
    request.imageSize = 32
    let proposal = try request.proposal(for: ImageFolder.imagined(count: 100))
    request.batchSize = 0
    #expect(throws: SettingError.self) { try request.plan(for: proposal) }
    #expect(throws: SettingError.self) { try request.proposal(scanning: ["/nowhere"]) }
  }

  /// Any seed is one, and the smallest rate is far from the preset's.
  @Test func theEdgesOfARequestArePlanned() throws {
    let plan = try planOfImagined {
      $0.seed = .max
      $0.learningRate = 1e-300
      $0.epochs = 1_000_000
    }
    #expect(plan.configuration.seed == .max && plan.configuration.schedule.peak == 1e-300)
    try plan.configuration.validate()
  }

  @Test func nothingIsBuiltFromNonsense() {
    let networks: [any BackboneSettings] = [
      ResNet.Configuration(.resNet18, width: 0), ResNet.Configuration(.resNet50, width: 1024),
      ViT.Configuration(.tiny, patchSize: 0, imageSize: 16),
      ViT.Configuration(.tiny, patchSize: 4, imageSize: 16, depth: -1),
      ViT.Configuration(.tiny, patchSize: 1, imageSize: .max), MLP.Configuration(inputs: -1, width: 4, layers: 1),
      MLP.Configuration(inputs: 4, width: 4, layers: -1),
    ]
    for network in networks {
      #expect(throws: (any Error).self, "\(network)") { try network.build() }
    }
  }

  // MARK: Changing JSON

  private static let mark = "@changed@"
  private enum Step {
    case key(String)
    case place(Int)
  }

  private static func leaves(_ tree: Any) -> [[Step]] {
    switch tree {
    case let object as [String: Any]:
      object.sorted { $0.key < $1.key }.flatMap { key, value in leaves(value).map { [.key(key)] + $0 } }
    case let list as [Any]:
      // The list itself is one, too.
      [[]] + list.prefix(3).enumerated().flatMap { place, value in leaves(value).map { [.place(place)] + $0 } }
    default: [[]]
    }
  }

  private static func changed(_ tree: Any, _ path: ArraySlice<Step>) -> Any {
    switch (path.first, tree) {
    case (.key(let key), var object as [String: Any]):
      object[key] = object[key].map { changed($0, path.dropFirst()) }
      return object
    case (.place(let place), var list as [Any]):
      list[place] = changed(list[place], path.dropFirst())
      return list
    default: return mark
    }
  }
}
