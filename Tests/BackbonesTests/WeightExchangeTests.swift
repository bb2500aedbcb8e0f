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
}
