import Foundation
import Swiftlet
import Testing

@Suite struct CatalogueTests {
  /// Has the name of the tables.
  private enum OtherTables: DataKind {
    typealias Settings = TableConfiguration
    static var summary: String { "other tables" }
    static func claim(_ places: [String]) -> Claim? { Claim(.certain, because: "it takes anything") }
    static var plans: [ViewPlan] { [.single] }
    static var usualBackbone: BackboneName { "mlp" }
    static func source(
      _ places: [String], _ annotations: Annotations, _ options: OptionValues
    ) throws -> any DataSource { try TableSource(places[0]) }
  }

  /// Has the name of SimCLR, and a preset of its own.
  private struct OtherSimCLR: MethodSettings {
    var sharpness = 3
    static var name: MethodName { .simclr }
    static var family: MethodFamily { .contrastive }
    static var summary: String { "another method" }
    static var paper: String { "nowhere" }
    static var presets: [Preset] { [Preset("sharp", source: "nowhere", method: { _ in OtherSimCLR() })] }
    var viewPlan: ViewPlan { .single }
    func validate() throws(SettingError) {}
    func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Learning.Method {
      try Rotation.Configuration().build(on: backbone)
    }
  }

  private struct OtherMLP: BackboneSettings {
    static var family: String { "mlp" }
    static var models: [BackboneModel] { [BackboneModel("perceptron", source: "nowhere")] }
    init(for request: BackboneProposal) throws(Refusal) {}
    func validate() throws(SettingError) {}
    func build() throws(TorchError) -> any Backbone { try MLP(.init(inputs: 2, width: 2, layers: 1)) }
    var featureCount: Int { 2 }
    var model: BackboneName { "perceptron" }
    var title: String { "perceptron" }
  }

  @Test func whatHasTheSameNameTakesThePlace() {
    let before = Catalogue.standard
    let after = before.adding(OtherTables.self).adding(OtherSimCLR.self).adding(OtherMLP.self)
    #expect(after.kinds.count == before.kinds.count && after.methods.count == before.methods.count)
    #expect(after.backbones.count == before.backbones.count)
    #expect(after.kind(named: "tables") == OtherTables.self && before.kind(named: "tables") == Tables.self)
    #expect(after.method(named: .simclr) == OtherSimCLR.self)
    #expect(before.method(named: .simclr) == SimCLR.Configuration.self)
    #expect(after.backbone(named: "perceptron") == OtherMLP.self && after.backbone(named: "mlp") == nil)
    #expect(before.backbone(named: "mlp") == MLP.Configuration.self)
    // Its presets go with it.
    #expect(after.preset(named: "simclr") == nil && after.preset(named: "sharp")?.method == .simclr)
    #expect(after.methodNames.filter { $0 == .simclr }.count == 1)
  }

  @Test func whatIsNotThereIsNil() {
    for catalogue in [Catalogue(), .standard] {
      #expect(catalogue.kind(named: "sounds") == nil && catalogue.method(named: "simclrr") == nil)
      #expect(catalogue.backbone(named: "resnet19") == nil && catalogue.preset(named: "smal") == nil)
    }
    #expect(Catalogue().presets.isEmpty && Catalogue().models.isEmpty)
    #expect(Catalogue().usualBackbone(for: [[3, 32, 32]], kind: "pictures") == nil)
    #expect(Catalogue().presets(for: TokenLists.self).isEmpty)
  }

  /// A kind without presets of its own is lent those of every method whose views it provides.
  @Test func presetsAreLentToAKindThatHasNone() throws {
    let catalogue = Catalogue.standard.adding(TokenLists.self)
    let presets = catalogue.presets(for: TokenLists.self)
    let pairs = catalogue.methods.filter { method in
      let preset = catalogue.presets(of: method.name).first
      return preset?.methodNumbers(.init(features: 8)).viewPlan == .pair
    }
    #expect(Set(presets.map(\.method)) == Set(pairs.map { $0.name }) && presets.count == pairs.count)
    let lent = try #require(presets.first { $0.method == .simclr })
    let own = try #require(catalogue.preset(named: "small"))
    #expect(lent.name == "small" && lent.batchSize == own.batchSize && lent.optimizer == own.optimizer)
    #expect(lent.methodNumbers(.init(features: 8)) == own.methodNumbers(.init(features: 8)))
    #expect(lent.source == "the numbers of small, which were not measured on token lists")
    // What it says of pictures, of their network and of short runs is left out.
    #expect(lent.input.kind == "token-lists" && lent.input.options.isEmpty && lent.input.backbone == nil)
    #expect(lent.shortRun == nil)
    // Where nobody knows which views there are, only methods are left out that need networks of their own.
    let free = catalogue.methods.filter { $0.backboneFamily == nil }
    #expect(catalogue.presets(for: "sounds", title: "sounds", plans: nil).count == free.count)
    #expect(free.count > 12 && free.count < catalogue.methods.count)
  }

  /// Tables have presets for methods that were published for pictures: those are taken.
  @Test func aKindsOwnPresetsComeFirst() {
    let names = Set(Catalogue.standard.presets(for: Tables.self).map(\.name))
    #expect(names.contains("simclr-table") && !names.contains("small") && !names.contains("simclr"))
    #expect(!names.contains("rotation"))
  }

  // MARK: Reading

  private let images = ImageConfiguration(imageSize: 16, views: .small)
  private let network = ResNet.Configuration(.resNet18, stem: .cifar, width: 4)

  private func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  private func read<Value: Decodable>(_ text: String, _ catalogue: Catalogue = .standard) throws -> Value {
    try catalogue.decoder.decode(Value.self, from: Data(text.utf8))
  }

  @Test func bothFormsOfARecordAreRead() throws {
    let data = DataConfiguration(images)
    #expect(try read(text(data)) == data)
    #expect(try read(#"{"kind": "pictures", "numbers": \#(text(images))}"#) == data)
    #expect(try read(#"{"images": {"_0": \#(text(images))}}"#) == data)
    let backbone = BackboneConfiguration(network)
    #expect(try read(text(backbone)) == backbone)
    #expect(try read(#"{"family": "resNet", "numbers": \#(text(network))}"#) == backbone)
    #expect(try read(#"{"resNet": {"_0": \#(text(network))}}"#) == backbone)
    let perceptron = MLP.Configuration(inputs: 3, width: 5, layers: 2)
    #expect(try read(#"{"mlp": {"_0": \#(text(perceptron))}}"#) == BackboneConfiguration(perceptron))
    let numbers = SimCLR.Configuration(temperature: 0.3, projector: .linear)
    #expect(try read(#"{"name": "simclr", "numbers": \#(text(numbers))}"#) == MethodConfiguration(numbers))
    #expect(try read(text(MethodConfiguration(numbers))) == MethodConfiguration(numbers))
  }

  /// Every number of every preset, and every published network, is the same once it was written and read.
  @Test func everythingOfTheStandardCatalogueSurvivesStorage() throws {
    for preset in Catalogue.standard.presets {
      let numbers = preset.methodNumbers(.init(features: 32, ofData: ["inputs": 7, "columns": 5]))
      #expect(try read(text(numbers)) == numbers, "\(preset.name.rawValue)")
      #expect(try read(text(preset.optimizer)) == preset.optimizer, "\(preset.name.rawValue)")
    }
    for model in Catalogue.standard.models {
      guard let published = model.published else { continue }
      #expect(try read(text(published)) == published, "\(model.name.rawValue)")
      #expect(published.settings.model == model.name)
    }
  }

  @Test(arguments: [
    #"{"kind": "sounds", "numbers": {}}"#, #"{"sounds": {"_0": {}}}"#, #"{"kind": "resNet", "numbers": {}}"#,
  ])
  func whatIsNotKnownIsNamed(_ record: String) throws {
    let error = #expect(throws: DecodingError.self) { let _: DataConfiguration = try read(record) }
    guard case .dataCorrupted(let context) = try #require(error) else {
      Issue.record("\(error!)")
      return
    }
    let name = record.contains("resNet") ? "resNet" : "sounds"
    // With what the decoder knows, also by the names of version 0.1.
    #expect(context.debugDescription == "'\(name)' is not known: images, pictures, series, sound, table, tables, text")
  }

  @Test(arguments: ["{}", "[]", "3", #"{"kind": 3, "numbers": {}}"#, #"{"kind": "pictures"}"#, #"{"a": 1, "b": 2}"#])
  func whatIsNoRecordIsAnError(_ record: String) {
    #expect(throws: DecodingError.self) { let _: DataConfiguration = try read(record) }
    #expect(throws: DecodingError.self) { let _: DataConfiguration = try read(record, Catalogue()) }
  }

  /// A kind that was added is read by the catalogue that has it, and by no other.
  @Test func aKindOfOnesOwnIsRead() throws {
    let record = try text(DataConfiguration(TokenSettings()))
    let catalogue = Catalogue.standard.adding(TokenLists.self)
    let again: DataConfiguration = try read(record, catalogue)
    #expect(again == DataConfiguration(TokenSettings()))
    #expect(throws: DecodingError.self) { let _: DataConfiguration = try read(record) }
  }
}
