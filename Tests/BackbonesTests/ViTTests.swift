import Backbones
import Foundation
import Layers
import TestSupport
import Testing
import Torch

@Suite struct ViTTests {
  private func tiny(
    _ form: ViT.Configuration.Form = .usual, imageSize: Int = 16, dropPath: Double = 0, channels: Int = 3
  ) throws -> ViT {
    try ViT(
      .init(
        .tiny, patchSize: 4, imageSize: imageSize, depth: 2, form: form, dropPath: dropPath, inputChannels: channels))
  }

  /// timm's vit_tiny_patch16_224 and so on, with their classifiers.
  @Test(arguments: [
    (ViT.Configuration.Size.tiny, 5_717_416), (.small, 22_050_664), (.base, 86_567_656),
  ])
  func parameterCountsAreThoseOfTimm(_ size: ViT.Configuration.Size, _ count: Int) throws {
    #expect(try ViT(.init(size, patchSize: 16, imageSize: 224, classCount: 1000)).parameterCount == count)
  }

  @Test func namesAreThoseOfTimm() throws {
    let block = [
      "norm1.weight", "norm1.bias", "attn.qkv.weight", "attn.qkv.bias", "attn.proj.weight", "attn.proj.bias",
      "norm2.weight", "norm2.bias", "mlp.fc1.weight", "mlp.fc1.bias", "mlp.fc2.weight", "mlp.fc2.bias",
    ]
    let others = [
      "cls_token", "pos_embed", "patch_embed.proj.weight", "patch_embed.proj.bias", "norm.weight", "norm.bias",
    ]
    let expected = others + (0..<2).flatMap { index in block.map { "blocks.\(index).\($0)" } }
    #expect(try Set(tiny().state().map(\.name)) == Set(expected))
    #expect(try Set(tiny(.init(.fixed, .classToken)).state().map(\.name)) == Set(expected))
    let trained = try tiny(.init(.fixed, .patches)).trainedParameters.map(\.name)
    #expect(!trained.contains("pos_embed") && !trained.contains("cls_token"))
  }

  /// As timm's vit_small_patch14_reg4_dinov2: a token for each register, no position for the class token, two scales a block.
  @Test func registersAndLayerScaleHaveTimmsNames() throws {
    let net = try ViT(.init(.tiny, patchSize: 14, imageSize: 28, depth: 2, registers: 4, layerScale: 1e-5))
    let plain = try Set(tiny().state().map(\.name))
    let scales = (0..<2).flatMap { ["blocks.\($0).ls1.gamma", "blocks.\($0).ls2.gamma"] }
    let state = try Dictionary(uniqueKeysWithValues: net.state().map { ($0.name, $0.tensor) })
    #expect(Set(state.keys) == plain.union(["reg_token"]).union(scales))
    #expect(state["pos_embed"]?.shape == [1, 4, 192] && state["reg_token"]?.shape == [1, 4, 192])
    #expect(try state["blocks.1.ls2.gamma"]?.values(as: Float.self) == Array(repeating: 1e-5, count: 192))
    #expect(net.stage(of: "reg_token") == 0 && net.stage(of: "blocks.1.ls1.gamma") == 2)
  }

  /// Registers take part in attention, and leave no tokens behind.
  @Test(arguments: [ViT.Configuration.Pooling.classToken, .patches])
  func registersAreThrownAway(_ pooling: ViT.Configuration.Pooling) throws {
    try Runtime.seed(9)
    let net = try ViT(
      .init(.tiny, patchSize: 4, imageSize: 16, depth: 2, form: .init(.learned, pooling), registers: 3))
    let image = try Tensor.randn([2, 3, 16, 16])
    try noGrad {
      let tokens = try net.encoded(net.patches(of: image))
      #expect(tokens.shape == [2, pooling == .classToken ? 17 : 16, 192])
      let before: [Double] = try net(image).values()
      let registers = try #require(try net.state().first { $0.name == "reg_token" }).tensor
      try registers.add_(Tensor.randn([1, 3, 192]))
      #expect(try zip(before, net(image).values() as [Double]).contains { abs($0 - $1) > 1e-5 })
    }
  }

  /// A scale of 0 shuts a branch: the features are those of a network without blocks.
  @Test func layerScaleMultipliesTheBranches() throws {
    try Runtime.seed(10)
    let net = try ViT(.init(.tiny, patchSize: 4, imageSize: 16, depth: 2, layerScale: 0.1))
    let image = try Tensor.randn([2, 3, 16, 16])
    try noGrad {
      for (name, tensor) in try net.state() where name.hasSuffix(".gamma") { try tensor.fill_(0) }
      let state = try Dictionary(uniqueKeysWithValues: net.state().map { ($0.name, $0.tensor) })
      let first = try #require(state["cls_token"]) + #require(state["pos_embed"]).narrowed(1, 0..<1)
      let expected = try LayerNorm(192)(first.reshaped([1, 192])).expanded([2, 192])
      try expectClose(net(image), expected, absolute: 1e-5)
    }
  }

  @Test func registersAndLayerScaleHaveLimits() {
    for configuration in [
      ViT.Configuration(.tiny, patchSize: 4, imageSize: 16, registers: 0),
      .init(.tiny, patchSize: 4, imageSize: 16, registers: 65),
      .init(.tiny, patchSize: 4, imageSize: 16, layerScale: 0),
      .init(.tiny, patchSize: 4, imageSize: 16, layerScale: 2),
    ] {
      #expect(throws: TorchError.self) { try ViT(configuration) }
    }
  }

  @Test(arguments: [1, 3, 5]) func featuresHaveTheirWidthForAnySizeThePatchesDivide(channels: Int) throws {
    let net = try tiny(channels: channels)
    for (height, width) in [(16, 16), (32, 32), (8, 8), (12, 20)] {
      #expect(try noGrad { try net(Tensor.randn([2, channels, height, width])) }.shape == [2, 192])
    }
    for shape in [[2, channels, 18, 16], [2, channels, 2, 2], [2, channels + 1, 16, 16]] {
      #expect(throws: TorchError.self) { try net(Tensor.randn(shape)) }
    }
    #expect(throws: TorchError.self) { try ViT(.init(.tiny, patchSize: 8, imageSize: 20)) }
  }

  /// Without positions attention does not know an order; with them it does.
  @Test func onlyPositionsTellPatchesApart() throws {
    try Runtime.seed(3)
    let net = try tiny(.init(.fixed, .patches))
    let image = try Tensor.randn([1, 3, 16, 16])
    // Two halves exchanged: the same patches elsewhere.
    let moved = try concatenate([image.narrowed(2, 8..<16), image.narrowed(2, 0..<8)], dimension: 2)
    func features(_ x: Tensor) throws -> [Double] { try noGrad { try net(x) }.values() }
    #expect(try zip(features(image), features(moved)).contains { abs($0 - $1) > 1e-3 })
    var state = try Dictionary(uniqueKeysWithValues: net.state().map { ($0.name, $0.tensor) })
    state["pos_embed"] = try .zeros([1, 16, 192])
    try net.load(state)
    expectClose(try features(image), try features(moved), absolute: 1e-5)
  }

  /// The tokens of some patches are those of these patches alone, in any order.
  @Test func patchesMayBeLeftOut() throws {
    try Runtime.seed(4)
    let net = try tiny()
    let image = try Tensor.randn([2, 3, 16, 16])
    try noGrad {
      let patches = try net.patches(of: image)
      #expect(patches.shape == [2, 16, 192])
      try expectClose(net.pooled(net.encoded(patches)), net(image), absolute: 0)
      let some = try patches.indexed(1, by: Tensor([3, 0, 9] as [Int64]))
      let others = try patches.indexed(1, by: Tensor([9, 3, 0] as [Int64]))
      let (first, second) = (try net.encoded(some), try net.encoded(others))
      #expect(first.shape == [2, 4, 192])
      try expectClose(second, first.indexed(1, by: Tensor([0, 3, 1, 2] as [Int64])), absolute: 1e-5)
    }
  }

  @Test func everyParameterGetsAGradient() throws {
    try Runtime.seed(5)
    for net in [
      try tiny(), try tiny(.init(.fixed, .patches)),
      try ViT(.init(.tiny, patchSize: 4, imageSize: 16, depth: 2, registers: 2, layerScale: 0.1)),
    ] {
      try (net(Tensor.randn([2, 3, 24, 24])) * Tensor.randn([2, 192])).sum().backward()
      for (name, parameter) in net.trainedParameters {
        let gradient = try #require(try parameter.tensor.grad(), "\(name)")
        #expect(try gradient.magnitude().sum().item() > 0, "\(name)")
      }
    }
  }

  @Test func theOrderInMemoryDoesNotChangeTheFeatures() throws {
    try Runtime.seed(6)
    let net = try tiny()
    let images = try Tensor.randn([2, 3, 16, 16])
    let plain = try noGrad { try net(images) }
    try net.move(to: .cpu, imageFormat: .channelsLast)
    try expectClose(try noGrad { try net(images.to(format: .channelsLast)) }, plain, absolute: 1e-5)
  }

  /// The values at column c and row r, from the definition: sin and cos of c, then of r.
  @Test func fixedPositionsAreSinesAndCosines() throws {
    let positions: [Double] = try sineCosinePositions(width: 8, rows: 3, columns: 4).values()
    for (row, column) in [(0, 0), (2, 1), (1, 3)] {
      let (c, r) = (Double(column), Double(row))
      let expected = [c, r].flatMap { [sin($0), sin($0 / 100), cos($0), cos($0 / 100)] }
      expectClose(Array(positions[(row * 4 + column) * 8..<(row * 4 + column + 1) * 8]), expected, absolute: 1e-6)
    }
    #expect(throws: TorchError.self) { try sineCosinePositions(width: 6, rows: 2, columns: 2) }
  }
}

@Suite struct TransformerLayerTests {
  /// Two heads in plain Swift: softmax(q kᵀ/√d) v, joined.
  @Test func attentionIsItsDefinition() throws {
    try Runtime.seed(7)
    let (width, heads, tokens) = (8, 2, 3)
    let layer = try MultiHeadAttention(width: width, heads: heads)
    for (_, parameter) in layer.namedParameters { try noGrad { try parameter.tensor.normal_(deviation: 0.5) } }
    let x = try Tensor.randn([1, tokens, width])
    let given = Dictionary(
      uniqueKeysWithValues: try layer.namedParameters.map { ($0.name, try $0.parameter.tensor.values(as: Double.self)) }
    )
    func map(_ input: [Double], _ name: String, _ outputs: Int) throws -> [Double] {
      let (weight, bias) = (try #require(given[name + ".weight"]), try #require(given[name + ".bias"]))
      return (0..<outputs).map { o in
        bias[o] + input.indices.reduce(0) { $0 + weight[o * input.count + $1] * input[$1] }
      }
    }
    let inputs: [Double] = try x.values()
    let all = try (0..<tokens).map { try map(Array(inputs[$0 * width..<($0 + 1) * width]), "qkv", 3 * width) }
    var expected: [Double] = []
    for token in 0..<tokens {
      var joined: [Double] = []
      for head in 0..<heads {
        let part = head * 4..<head * 4 + 4
        let scores = (0..<tokens).map { other in
          exp(part.reduce(0) { $0 + all[token][$1] * all[other][width + $1] } / 2)
        }
        for place in part {
          joined.append(
            (0..<tokens).reduce(0) { $0 + scores[$1] * all[$1][2 * width + place] } / scores.reduce(0, +))
        }
      }
      expected += try map(joined, "proj", width)
    }
    expectClose(try noGrad { try layer(x) }.values(), expected, absolute: 1e-5)
    #expect(throws: TorchError.self) { try MultiHeadAttention(width: 8, heads: 3) }
  }

  @Test func layerNormalisationIsItsDefinition() throws {
    let layer = try LayerNorm(4, epsilon: 0.01)
    try layer.load(["weight": Tensor([1, 2, 3, 4] as [Float]), "bias": Tensor([0, 1, 0, -1] as [Float])])
    let x = [1.0, 2, 4, 9]
    let mean = 4.0
    let deviation = ((9 + 4 + 0 + 25) / 4.0 + 0.01).squareRoot()
    let expected = zip(zip(x, [1.0, 2, 3, 4]), [0.0, 1, 0, -1]).map { ($0.0 - mean) / deviation * $0.1 + $1 }
    expectClose(
      try noGrad { try layer(Tensor(x.map(Float.init), shape: [1, 1, 4])) }.values(), expected, absolute: 1e-5)
  }

  @Test func geluIsItsDefinition() throws {
    let x = [-3, -0.5, 0, 0.1, 2.0]
    expectClose(
      try GELU()(Tensor(x)).values(), x.map { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }, absolute: 1e-12)
  }

  /// A sample's branch is there, divided by the probability of staying, or not at all; on average it is what it was.
  @Test func pathsAreDroppedASampleAtATime() throws {
    try Runtime.seed(8)
    let layer = DropPath(0.25)
    let x = try Tensor.ones([4000, 2, 3])
    let values: [Double] = try layer(x).values()
    var kept = 0
    for sample in 0..<4000 {
      let row = values[sample * 6..<sample * 6 + 6]
      #expect(Set(row).count == 1 && [0, Float(1 / 0.75)].contains(Float(row.first ?? -1)))
      kept += row.first == 0 ? 0 : 1
    }
    // Binomial: 3000 ± 27.
    #expect(abs(kept - 3000) < 140)
    layer.setTraining(false)
    try expectClose(layer(x), x, absolute: 0)
    try expectClose(DropPath(0)(x), x, absolute: 0)
  }
}
