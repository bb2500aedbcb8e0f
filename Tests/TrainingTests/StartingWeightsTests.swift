import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Training

@Suite struct StartingWeightsTests {
  private static let small = ViT.Configuration(.tiny, patchSize: 8, imageSize: 16, depth: 2)

  private func write(_ state: [(name: String, tensor: Tensor)], in folder: URL) throws -> String {
    let path = folder.appending(path: "weights.safetensors").path
    try Safetensors.write(state, to: path)
    return path
  }

  private func values(_ state: [(name: String, tensor: Tensor)]) throws -> [String: [Float]] {
    Dictionary(uniqueKeysWithValues: try state.map { ($0.name, try $0.tensor.values(as: Float.self)) })
  }

  private func misfit(_ path: String, _ configuration: BackboneConfiguration) throws -> StateMismatch {
    let failure = #expect(throws: StartingWeights.Failure.self) {
      try StartingWeights(path, .standard).fitted(to: configuration, isPartial: false)
    }
    guard case .misfit(_, _, _, let misfit) = try #require(failure) else {
      throw TorchError(call: "test", message: "\(failure!)")
    }
    return misfit
  }

  @Test func whatFitsIsTakenAsItIs() throws {
    try withTemporaryFolder { folder in
      try Runtime.seed(1)
      let configuration = ResNet.Configuration(.resNet18, stem: .cifar, width: 4)
      // A classifier's last layer, a wrapper's prefix, and no counters of batches: as PyTorch writes it.
      var classifier = configuration
      classifier.classCount = 7
      let network = try ResNet(classifier)
      let state = try network.state().filter { !$0.name.hasSuffix("num_batches_tracked") }
      let path = try write(state.map { ("module." + $0.name, $0.tensor) }, in: folder)
      let (taken, notes) = try StartingWeights(path, .standard).fitted(
        to: BackboneConfiguration(configuration), isPartial: false)
      let (expected, found) = (try values(state), try values(taken))
      for (name, numbers) in expected where !name.hasPrefix("fc.") { #expect(found[name] == numbers, "\(name)") }
      #expect(notes.contains { $0.contains("fc.bias, fc.weight") })
    }
  }

  @Test func whatDoesNotFitIsListed() throws {
    try withTemporaryFolder { folder in
      let path = try write(ResNet(.init(.resNet18, stem: .cifar, width: 4)).state(), in: folder)
      let wider = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 8))
      let misshapen = try misfit(path, wider)
      #expect(misshapen.missing.isEmpty && misshapen.unused.isEmpty)
      #expect(misshapen.misshapen.contains { $0.name == "conv1.weight" && $0.expected[0] == 8 && $0.found[0] == 4 })
      let deeper = try misfit(path, BackboneConfiguration(ResNet.Configuration(.resNet34, stem: .cifar, width: 4)))
      #expect(deeper.missing.contains("layer1.2.conv1.weight") && deeper.misshapen.isEmpty)
      let other = try misfit(path, BackboneConfiguration(Self.small))
      #expect(other.fitting == 0 && other.unused.contains("conv1.weight"))
      // Nothing fits: not even in part.
      #expect(throws: StartingWeights.Failure.self) {
        try StartingWeights(path, .standard).fitted(to: BackboneConfiguration(Self.small), isPartial: true)
      }
      let (_, notes) = try StartingWeights(path, .standard).fitted(
        to: BackboneConfiguration(ResNet.Configuration(.resNet34, stem: .cifar, width: 4)), isPartial: true)
      #expect(notes.contains { $0.hasPrefix("Taken in part:") })
    }
  }

  @Test func torchvisionsTransformers() throws {
    try withTemporaryFolder { folder in
      try Runtime.seed(2)
      let network = try ViT(Self.small)
      let state = try network.state()
      let foreign = state.map { name, tensor in
        var name = name
        for (ours, theirs) in [
          ("cls_token", "class_token"), ("pos_embed", "encoder.pos_embedding"), ("patch_embed.proj", "conv_proj"),
          ("blocks.", "encoder.layers.encoder_layer_"), (".norm1", ".ln_1"), (".norm2", ".ln_2"),
          (".attn.qkv.", ".self_attention.in_proj_"), (".attn.proj", ".self_attention.out_proj"),
          (".mlp.fc1", ".mlp.0"), (".mlp.fc2", ".mlp.3"),
        ] { name = name.replacingOccurrences(of: ours, with: theirs) }
        if name.hasPrefix("norm.") { name = "encoder.ln." + name.dropFirst(5) }
        return (name, tensor)
      }
      let path = try write(foreign, in: folder)
      let (taken, _) = try StartingWeights(path, .standard).fitted(
        to: BackboneConfiguration(Self.small), isPartial: false)
      #expect(try values(taken) == values(state))
    }
  }

  /// With a scale behind each branch: the layers before it take it over, in both layouts.
  @Test(arguments: [false, true]) func dinoV2(ofTransformers: Bool) throws {
    try withTemporaryFolder { folder in
      try Runtime.seed(3)
      let state = try ViT(Self.small).state()
      var foreign: [(name: String, tensor: Tensor)] = [("mask_token", try .zeros([1, 192]))]
      var scales: [String: [Float]] = [:]
      for block in 0..<2 {
        for branch in 1...2 {
          let scale = (0..<192).map { Float($0 % 7) / 4 - 0.5 }
          scales["blocks.\(block).\(branch == 1 ? "attn.proj" : "mlp.fc2")"] = scale
          foreign.append(("blocks.\(block).ls\(branch).gamma", try Tensor(scale)))
        }
      }
      foreign += state
      if ofTransformers {
        foreign = try foreign.flatMap { name, tensor -> [(name: String, tensor: Tensor)] in
          var name = name
          for (ours, theirs) in [
            ("cls_token", "embeddings.cls_token"), ("mask_token", "embeddings.mask_token"),
            ("pos_embed", "embeddings.position_embeddings"),
            ("patch_embed.proj", "embeddings.patch_embeddings.projection"), ("blocks.", "encoder.layer."),
            (".ls1.gamma", ".layer_scale1.lambda1"), (".ls2.gamma", ".layer_scale2.lambda1"),
            (".attn.proj", ".attention.output.dense"),
          ] { name = name.replacingOccurrences(of: ours, with: theirs) }
          if name.hasPrefix("norm.") { name = "layernorm." + name.dropFirst(5) }
          guard name.contains(".attn.qkv.") else { return [(name, tensor)] }
          return zip(["query", "key", "value"], try tensor.chunks(3)).map {
            (name.replacingOccurrences(of: ".attn.qkv.", with: ".attention.attention.\($0.0)."), $0.1)
          }
        }
      }
      let (taken, _) = try StartingWeights(write(foreign, in: folder), .standard).fitted(
        to: BackboneConfiguration(Self.small), isPartial: false)
      let found = try values(taken)
      for (name, numbers) in try values(state) {
        let scale = scales.first { name.hasPrefix($0.key + ".") }?.value
        let width = numbers.count / 192
        let expected = scale.map { scale in numbers.indices.map { numbers[$0] * scale[$0 / width] } } ?? numbers
        #expect(found[name] == expected, "\(name)")
      }
    }
  }

  @Test func positionsOfAnotherGridAreInterpolated() throws {
    try withTemporaryFolder { folder in
      try Runtime.seed(4)
      var larger = Self.small
      larger.imageSize = 32
      let network = try ViT(larger)
      let path = try write(network.state(), in: folder)
      let (taken, notes) = try StartingWeights(path, .standard).fitted(
        to: BackboneConfiguration(Self.small), isPartial: false)
      #expect(notes.contains { $0.contains("4 × 4 patches, and are interpolated for 2 × 2") })
      let positions = try #require(taken.first { $0.name == "pos_embed" }).tensor
      // The network itself interpolates its positions where pictures are smaller.
      let smaller = try ViT(Self.small)
      try smaller.load(Dictionary(uniqueKeysWithValues: taken.map { ($0.name, $0.tensor) }))
      network.setTraining(false)
      smaller.setTraining(false)
      let pictures = try Tensor.randn([2, 3, 16, 16])
      #expect(positions.shape == [1, 5, 192])
      try expectClose(try noGrad { try smaller(pictures) }, try noGrad { try network(pictures) }, absolute: 1e-5)
    }
  }

  /// Student and teacher begin alike, also where the teacher is the network itself.
  @Test func everyNetworkOfAMethodBegins() throws {
    let small = Projector.Configuration(widths: [8])
    let residual = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 4))
    var patches = Self.small
    patches.form = .init(.fixed, .patches)
    let methods: [(any MethodSettings, BackboneConfiguration, name: String, copies: Int)] = [
      (SimCLR.Configuration(temperature: 0.2, projector: small), residual, "layer3.0.conv1.weight", 1),
      (BYOL.Configuration(projector: small, predictor: small), residual, "layer3.0.conv1.weight", 2),
      (IJEPA.Configuration(), BackboneConfiguration(patches), "blocks.1.mlp.fc1.weight", 2),
    ]
    for (settings, backbone, name, copies) in methods {
      try Runtime.seed(5)
      let state = try backbone.build().state()
      try Runtime.seed(6)
      let method = try settings.build(on: backbone)
      try method.begin(with: Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.tensor) }))
      let expected = try values(state)[name]
      let width = try #require(state.first { $0.name == name }).tensor.shape
      let found = try method.state().filter { $0.name.hasSuffix(name) && $0.tensor.shape == width }
      #expect(found.count == copies)
      for copy in found { #expect(try copy.tensor.values(as: Float.self) == expected, "\(copy.name)") }
    }
  }

  @Test func filesThatMayExecuteCodeAreNotRead() {
    for name in ["model.pt", "model.pth", "pytorch_model.bin"] {
      #expect(throws: StartingWeights.Failure.self) { try StartingWeights("/nowhere/" + name, .standard) }
    }
    #expect(throws: Safetensors.Failure.self) { try StartingWeights("/nowhere/x.safetensors", .standard) }
  }
}
