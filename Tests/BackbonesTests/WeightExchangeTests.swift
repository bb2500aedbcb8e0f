import Backbones
import Foundation
import Layers
import TestSupport
import Testing
import Torch

/// Weights of torchvision and timm, and back: driven by `scripts/reference/weights`.
@Suite struct WeightExchangeTests {
  static let folder = ProcessInfo.processInfo.environment["SWIFTLET_WEIGHTS"]

  @Test(
    .enabled(if: folder != nil),
    arguments: ["torchvision", "timm"], [ResNet.Configuration.Depth.resNet18, .resNet50])
  func featuresAgree(_ source: String, _ depth: ResNet.Configuration.Depth) throws {
    let folder = try #require(Self.folder)
    let stem = folder + "/\(source)-\(depth.rawValue)"
    let state = try Safetensors.read(stem + ".safetensors")
    let outputs = try Safetensors.read(stem + ".outputs.safetensors")
    let images = try #require(outputs["images"])

    let classifier = try ResNet(.init(depth, classCount: 1000))
    try classifier.load(state)
    classifier.setTraining(false)
    try expectClose(try noGrad { try classifier(images) }, try #require(outputs["logits"]), absolute: 1e-4)

    let backbone = try ResNet(.init(depth))
    try backbone.load(state, ignoring: ["fc."])
    backbone.setTraining(false)
    try expectClose(try noGrad { try backbone(images) }, try #require(outputs["features"]), absolute: 1e-4)

    let name = URL(fileURLWithPath: stem).lastPathComponent
    try Safetensors.write(classifier.state(), to: "\(folder)/swiftlet-\(name).safetensors")
  }

  struct Transformer: Sendable, CustomTestStringConvertible {
    let stem: String
    let configuration: ViT.Configuration
    var testDescription: String { stem }
  }

  @Test(
    .enabled(if: folder != nil),
    arguments: [
      Transformer(stem: "timm-vit-tiny-16", configuration: .init(.tiny, patchSize: 16, imageSize: 224)),
      Transformer(stem: "timm-vit-tiny-4", configuration: .init(.tiny, patchSize: 4, imageSize: 32)),
      // Pictures of another size than that of the positions.
      Transformer(stem: "timm-vit-tiny-4-larger", configuration: .init(.tiny, patchSize: 4, imageSize: 32)),
      Transformer(stem: "timm-vit-small-8-smaller", configuration: .init(.small, patchSize: 8, imageSize: 64)),
      Transformer(
        stem: "timm-vit-tiny-8-patches",
        configuration: .init(.tiny, patchSize: 8, imageSize: 32, form: .init(.fixed, .patches))),
      Transformer(
        stem: "timm-dinov2",
        configuration: .init(.tiny, patchSize: 14, imageSize: 56, depth: 2, layerScale: 1e-5)),
      // With pictures of 84 pixels.
      Transformer(
        stem: "timm-dinov2-registers",
        configuration: .init(.tiny, patchSize: 14, imageSize: 56, depth: 2, registers: 4, layerScale: 1e-5)),
    ])
  func transformersAgree(_ transformer: Transformer) throws {
    let folder = try #require(Self.folder)
    let stem = folder + "/" + transformer.stem
    let state = try Safetensors.read(stem + ".safetensors")
    let outputs = try Safetensors.read(stem + ".outputs.safetensors")
    let images = try #require(outputs["images"])

    var configuration = transformer.configuration
    let backbone = try ViT(configuration)
    try backbone.load(state, ignoring: ["head."])
    backbone.setTraining(false)
    try expectClose(try noGrad { try backbone(images) }, try #require(outputs["features"]), absolute: 1e-4)

    configuration.classCount = 1000
    let classifier = try ViT(configuration)
    try classifier.load(state)
    classifier.setTraining(false)
    try expectClose(try noGrad { try classifier(images) }, try #require(outputs["logits"]), absolute: 1e-4)
    try Safetensors.write(classifier.state(), to: "\(folder)/swiftlet-\(transformer.stem).safetensors")
  }
}
