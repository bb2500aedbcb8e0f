import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Training

/// DINOv2 in the layouts in which it is published, with random weights: features are those of timm and transformers. Written by
/// scripts/reference/published.py.
@Suite struct PublishedWeightsTests {
  struct Cases: Decodable {
    let cases: [Case]
  }

  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let shapes: [String: [Int]]
    let config: [String: Entry]?
    let features: [String: [[Double]]]
    var testDescription: String { name }
  }

  enum Entry: Codable {
    case number(Int)
    case word(String)

    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.singleValueContainer()
      self = try (try? container.decode(Int.self)).map { .number($0) } ?? .word(container.decode(String.self))
    }

    func encode(to encoder: any Swift.Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let value): try container.encode(value)
      case .word(let value): try container.encode(value)
      }
    }
  }

  static let cases = try! golden("published.json", Cases.self, in: .module).cases

  private static func named(_ name: String) throws -> Case {
    let found = cases.first { $0.name == name }
    return try #require(found)
  }

  /// A folder with the weights of a case, as they are downloaded.
  static func write(_ published: Case, in folder: URL, config: [String: Entry]? = nil) throws -> String {
    let state = try published.shapes.sorted { $0.key < $1.key }.map { name, shape in
      let isNorm = name.contains("norm") && name.hasSuffix("weight")
      let values = namedNumbers(name, shape.reduce(1, *)).map { Float($0 + (isNorm ? 1 : 0)) }
      return (name: name, tensor: try Tensor(values, shape: shape))
    }
    try Safetensors.write(state, to: folder.appending(path: "model.safetensors").path)
    if let config = config ?? published.config {
      try JSONEncoder().encode(config).write(to: folder.appending(path: "config.json"))
    }
    return folder.path
  }

  static func pictures(_ side: Int) throws -> Tensor {
    try Tensor(namedNumbers("pictures", 2 * 3 * side * side).map { Float(5 * $0) }, shape: [2, 3, side, side])
  }

  private func configuration(_ found: FoundTransformer, side: Int) throws -> ViT.Configuration {
    try ViT.Configuration(
      for: BackboneProposal(found.name, usual: found.options, sample: [[3, side, side]], kind: "pictures"))
  }

  @Test(arguments: cases) func featuresAreThoseOfTheReference(_ published: Case) throws {
    try withTemporaryFolder { folder in
      let weights = try StartingWeights(try Self.write(published, in: folder), .standard)
      let found = try #require(weights.transformer)
      let hasRegisters = published.name.hasSuffix("registers")
      #expect(found.name == "vit-tiny" && found.patchSize == 14)
      #expect(
        found.reason.contains(published.config == nil ? "3 heads are assumed" : "3 heads are those of config.json"))
      for side in [56, 84] {
        let configuration = try configuration(found, side: side)
        #expect(configuration.depth == 2 && configuration.imageSize == side && configuration.layerScale == 1e-5)
        #expect(configuration.registers == (hasRegisters ? 4 : nil))
        let network = try ViT(configuration)
        let (state, _) = try weights.fitted(to: BackboneConfiguration(configuration), isPartial: false)
        try network.load(Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.tensor) }))
        network.setTraining(false)
        let expected = try #require(published.features["\(side)"]).flatMap(\.self)
        let features: [Double] = try noGrad { try network(Self.pictures(side)) }.values()
        expectClose(features, expected, absolute: 1e-5)
      }
    }
  }

  /// A network without layer scale takes its factors over into the layers before them, and computes the same.
  @Test func withoutLayerScaleTheFeaturesAreTheSame() throws {
    try withTemporaryFolder { folder in
      let published = try Self.named("facebook, registers")
      let weights = try StartingWeights(try Self.write(published, in: folder), .standard)
      var configuration = try configuration(try #require(weights.transformer), side: 56)
      configuration.layerScale = nil
      let (state, notes) = try weights.fitted(to: BackboneConfiguration(configuration), isPartial: false)
      #expect(notes.contains { $0.contains("multiplied into the layers before them") })
      let network = try ViT(configuration)
      try network.load(Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.tensor) }))
      network.setTraining(false)
      let features: [Double] = try noGrad { try network(Self.pictures(56)) }.values()
      expectClose(features, try #require(published.features["56"]).flatMap(\.self), absolute: 1e-5)
    }
  }

  private func refusal(of published: Case, config: [String: Entry]? = nil, _ change: (inout [String: [Int]]) -> Void)
    throws -> String
  {
    var shapes = published.shapes
    change(&shapes)
    let changed = Case(name: published.name, shapes: shapes, config: published.config, features: [:])
    return try withTemporaryFolder { folder in
      let place = try Self.write(changed, in: folder, config: config)
      let error = #expect(throws: Refusal.self) { try StartingWeights(place, .standard) }
      return (error.map { "\($0)" } ?? "").replacingOccurrences(
        of: "the weights of \(place)/model.safetensors ", with: "")
    }
  }

  @Test func whatIsNotThereIsRefusedInASentence() throws {
    let timm = try Self.named("timm")
    let gated = try refusal(of: timm) {
      for name in ["weight", "bias"] {
        $0["blocks.0.mlp.fc1.\(name)"] = nil
        $0["blocks.0.mlp.w12.\(name)"] = name == "bias" ? [1024] : [1024, 192]
      }
    }
    #expect(gated.hasPrefix("have a perceptron of 512 units in each block, as where it is gated (SwiGLU)"))
    let wide = try refusal(of: timm) { $0["patch_embed.proj.weight"] = [1024, 3, 14, 14] }
    #expect(
      wide == "are of a vision transformer 1024 wide; Swiftlet has vit-tiny of 192, vit-small of 384, vit-base of 768")
    let patch = try refusal(of: timm) { $0["patch_embed.proj.weight"] = [192, 3, 32, 32] }
    #expect(patch == "have patches of 32 × 32 pixels, not of 4, 8, 14, 16")
    let transformers = try Self.named("transformers")
    let heads = try refusal(of: transformers, config: ["num_attention_heads": .number(6)]) { _ in }
    #expect(heads == "have 6 heads, as config.json beside them says; Swiftlet has 3, each 64 wide")
    // DINOv3 of timm, Meta and transformers.
    let rotary: [[String: [Int]]] = [
      ["reg_token": [1, 4, 192], "blocks.0.gamma_1": [192]],
      ["storage_tokens": [1, 4, 192], "rope_embed.periods": [16]],
      ["embeddings.register_tokens": [1, 4, 192], "layer.0.attention.q_proj.weight": [192, 192]],
    ]
    for names in rotary {
      let sentence = try refusal(of: timm) {
        $0["pos_embed"] = nil
        $0.merge(names) { $1 }
      }
      #expect(sentence.hasPrefix("are DINOv3's, which has rotary positions"))
      #expect(sentence.contains("can be continued: DINOv2 with and without registers"))
    }
  }
}
