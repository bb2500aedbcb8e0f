import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Export

/// Runs that begin with weights in timm's layout of DINOv2 with registers, here random ones.
@Suite struct PublishedRunTests {
  /// Pictures beside a folder with the weights of a network of two blocks.
  private func withPublished(_ body: (URL, ImageFolder, String, [(name: String, tensor: Tensor)]) throws -> Void) throws
  {
    try withTemporaryFolder { folder in
      let (photos, weights) = (folder.appending(path: "photos"), folder.appending(path: "weights"))
      try drawPictures(in: photos)
      try FileManager.default.createDirectory(at: weights, withIntermediateDirectories: false)
      try Runtime.seed(11)
      let network = try ViT(.init(.tiny, patchSize: 14, imageSize: 56, depth: 2, registers: 4, layerScale: 0.1))
      let state = try network.state()
      try Safetensors.write(state, to: weights.appending(path: "model.safetensors").path)
      try body(folder, ImageFolder(photos.path), weights.path, state)
    }
  }

  private func request(_ method: MethodName?, _ weights: String) -> RunRequest {
    var request = RunRequest()
    request.method = method
    request.beginning = weights
    request.batchSize = 8
    request.epochs = 1
    request.precision = .float32
    request.computeThreads = 1
    return request
  }

  @Test func theNetworkIsThatOfTheWeights() throws {
    try withPublished { _, photos, weights, _ in
      let proposal = try request(nil, weights).proposal(for: photos)
      let network = try #require(proposal.backbone.settings as? ViT.Configuration)
      // Pictures of 32 pixels in whole patches of 14.
      #expect(
        network
          == ViT.Configuration(.tiny, patchSize: 14, imageSize: 28, depth: 2, registers: 4, layerScale: 1e-5))
      #expect(
        proposal.choices.contains {
          $0.what == "network" && $0.value == "vit-tiny" && $0.reason.contains("4 registers")
        })
      #expect(proposal.choices.contains { $0.what == "image size" && $0.reason.hasSuffix("in whole patches of 14") })
      // What is chosen stands above what the weights say.
      var other = request(nil, weights)
      (other.backbone, other.layers, other.imageSize) = ("vit-tiny", 3, 70)
      let chosen = try #require(other.proposal(for: photos).backbone.settings as? ViT.Configuration)
      #expect(chosen.depth == 3 && chosen.imageSize == 70 && chosen.registers == 4)
      other.backbone = "resnet18"
      other.layers = nil
      #expect(try other.proposal(for: photos).backbone.family == ResNet.Configuration.family)
    }
  }

  /// Begins with the weights, trains with local crops of whole patches, and is exported in timm's layout.
  @Test func aRunGoesOnFromThemAndIsExported() throws {
    try withPublished { folder, photos, weights, state in
      var request = request(.dino, weights)
      (request.imageSize, request.localCrops, request.layerDecay, request.learningRate) = (56, 2, 0.5, 1e-6)
      let proposal = try request.proposal(for: photos)
      var run = try request.configuration(for: proposal)
      run.beginsWith = weights
      #expect(run.optimizer.layerDecay == 0.5)
      #expect(run.departures.contains { $0.hasPrefix("layer decay 0.5") })
      let (beginning, _) = try StartingWeights(weights, .standard).fitted(to: run.backbone, isPartial: false)
      let place = RunFolder(folder.appending(path: "run").path)
      let pretraining = try Pretraining(
        of: proposal.data, training: proposal.training, configuration: run, beginning: beginning, in: place)
      try pretraining.train()
      let network = try ExportedNetwork(of: place)
      let found = Dictionary(uniqueKeysWithValues: network.backbone.map { ($0.name, $0.tensor) })
      #expect(Set(found.keys) == Set(state.map(\.name)))
      for (name, tensor) in state { try expectClose(#require(found[name]), tensor, absolute: 1e-3, "\(name)") }
      let model = try #require(TimmModel(network))
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(model)) as? [String: Any]
      let arguments = try #require(json?["model_args"] as? [String: Any])
      #expect(arguments["reg_tokens"] as? Int == 4 && arguments["no_embed_class"] as? Bool == true)
      #expect(arguments["init_values"] as? Double == 1e-5 && arguments["patch_size"] as? Int == 14)
      // The export is a beginning again.
      let export = try NetworkExport(network, of: place, to: folder.appending(path: "export").path)
      #expect(export.checks.allSatisfy { $0.largestDifference < 1e-5 })
      let again = try #require(
        self.request(nil, export.folder).proposal(for: photos).backbone.settings as? ViT.Configuration)
      #expect(again.registers == 4 && again.patchSize == 14 && again.depth == 2)
    }
  }
}
