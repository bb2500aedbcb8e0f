import Swiftlet
import Testing

@testable import Training

/// A run's learning rate for each stage of the network.
@Suite struct LayerDecayTests {
  private func shares(_ settings: any MethodSettings, _ form: ViT.Configuration.Form) throws -> [String: Double] {
    let backbone = BackboneConfiguration(ViT.Configuration(.tiny, patchSize: 8, imageSize: 16, depth: 2, form: form))
    let method = try settings.build(on: backbone)
    let shares = method.rateShares(layerDecay: 0.5)
    return Dictionary(
      uniqueKeysWithValues: method.namedParameters.compactMap { name, parameter in
        shares[ObjectIdentifier(parameter)].map { (name, $0) }
      })
  }

  /// The student's network, not the teacher, which is the backbone, nor the head.
  @Test func aStudentsStagesLearnMoreSlowlyTheDeeperTheyLie() throws {
    let head = PrototypeHead.Configuration(hidden: [8], bottleneck: 4, prototypes: 6, normalizesHidden: false)
    let found = try shares(DINO.Configuration(head: head), .usual)
    let expected = [
      "blocks.1.attn.qkv.weight": 0.5, "norm.bias": 0.5, "blocks.0.mlp.fc1.bias": 0.25, "pos_embed": 0.125,
      "cls_token": 0.125, "patch_embed.proj.weight": 0.125,
    ]
    for (name, share) in expected { #expect(found["student.backbone.\(name)"] == share, "\(name)") }
    #expect(found.keys.allSatisfy { $0.hasPrefix("student.backbone.") })
    #expect(found.count == 2 * 12 + 6)
  }

  /// A decoder has blocks and a normalisation too, and none of the network's stages.
  @Test func aDecoderHasTheWholeRate() throws {
    let found = try shares(
      MAE.Configuration(decoderWidth: 32, decoderDepth: 1, decoderHeads: 2), .init(.fixed, .classToken))
    #expect(!found.isEmpty && found.keys.allSatisfy { $0.hasPrefix("backbone.") })
  }
}
