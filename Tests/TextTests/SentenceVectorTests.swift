import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Text

/// A whole model of sentence-transformers: its vectors of 1,000 varied texts (scripts/reference/sentences.py).
@Suite struct SentenceVectorTests {
  /// Where the script wrote the model and the texts.
  static let folder = ProcessInfo.processInfo.environment["SWIFTLET_SENTENCES"]

  @Test(.enabled(if: folder != nil), arguments: ["model-old", "model-new"])
  func vectorsAreThoseOfSentenceTransformers(layout: String) throws {
    let folder = try #require(Self.folder)
    let model = try SentenceTransformersFolder("\(folder)/\(layout)")
    let configuration = TextConfiguration(
      unit: .record, columns: ["text"], maxTokens: model.maxTokens, recipe: TextRecipe(), vocabulary: model.vocabulary)
    let texts = try configuration.scan(["\(folder)/texts.jsonl"], Annotations())
    let network = try BERT(model.network)
    let (state, _) = try StartingWeights("\(folder)/\(layout)", .standard).fitted(
      to: BackboneConfiguration(model.network), isPartial: false)
    try network.load(Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.tensor) }))
    let found = try Encoder(network).embeddings(of: texts)
    let expected = try #require(try Safetensors.read("\(folder)/vectors.safetensors")["vectors"])
    #expect(found.shape == expected.shape && found.shape[0] >= 1000)
    let differences = try (found - expected).magnitude().max(1).values.values(as: Double.self)
    let largest = differences.max() ?? .infinity
    for (text, difference) in differences.enumerated().sorted(by: { $0.element > $1.element }).prefix(10)
    where difference >= 1e-5 {
      print("\(texts.names[text]): \(difference)")
    }
    print("\(layout): \(found.shape[0]) texts, up to \(model.maxTokens) tokens, largest difference \(largest)")
    #expect(largest < 1e-5)
  }
}
