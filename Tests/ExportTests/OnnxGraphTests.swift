import Backbones
import Foundation
import TestSupport
import Testing
import Torch

@testable import Export

/// A network, written as ONNX, read back and computed by the operators' definitions alone.
@Suite struct OnnxGraphTests {
  private static let backbones: [(BackboneConfiguration, sample: [Int])] = [
    (BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 4)), [3, 16, 16]),
    (BackboneConfiguration(ResNet.Configuration(.resNet34, width: 4, inputChannels: 2)), [2, 40, 40]),
    (BackboneConfiguration(ResNet.Configuration(.resNet50, width: 4)), [3, 64, 64]),
    (BackboneConfiguration(ViT.Configuration(.tiny, patchSize: 8, imageSize: 32, depth: 2)), [3, 32, 32]),
    (
      BackboneConfiguration(
        ViT.Configuration(.tiny, patchSize: 4, imageSize: 16, depth: 3, form: .init(.fixed, .patches))),
      [3, 16, 16]
    ),
    (
      BackboneConfiguration(
        ViT.Configuration(.tiny, patchSize: 14, imageSize: 28, depth: 2, registers: 2, layerScale: 0.5)),
      [3, 28, 28]
    ),
    (
      BackboneConfiguration(
        ViT.Configuration(
          .tiny, patchSize: 4, imageSize: 16, depth: 2, form: .init(.learned, .patches), registers: 3)),
      [3, 16, 16]
    ),
    (BackboneConfiguration(MLP.Configuration(inputs: 7, width: 12, layers: 3)), [7]),
  ]

  /// No weight is 0 or 1, so that a missing one is noticed.
  private func network(_ configuration: BackboneConfiguration) throws -> any Backbone {
    try Runtime.seed(3)
    let network = try configuration.build()
    try noGrad {
      for (name, tensor) in try network.state() where tensor.dtype == .float32 {
        try tensor.add_((Tensor.rand(tensor.shape) - 0.5) * (name.hasSuffix("running_var") ? 1 : 0.2))
      }
    }
    network.setTraining(false)
    return network
  }

  private func graph(
    of network: any Backbone, _ configuration: BackboneConfiguration, sample: [Int]
  ) throws -> OnnxGraph {
    var builder = OnnxBuilder(
      state: Dictionary(uniqueKeysWithValues: try network.state().map { ($0.name, $0.tensor) }))
    let input = builder.input("input", [nil] + sample.map(Optional.init))
    builder.output("features", try builder.features(input, configuration), [nil, network.featureCount])
    return builder.graph
  }

  @Test(arguments: backbones.indices) func aFileComputesWhatTheNetworkDoes(index: Int) throws {
    let (configuration, sample) = Self.backbones[index]
    let network = try network(configuration)
    let written = try noGrad { try graph(of: network, configuration, sample: sample) }
    let read = try OnnxGraph(readingFrom: written.encoded())
    #expect(read.inputs.map(\.name) == ["input"] && read.outputs.map(\.name) == ["features"])
    #expect(read.nodes.map(\.operation) == written.nodes.map(\.operation))
    #expect(Set(read.weights.map(\.name)) == Set(written.weights.map(\.name)))
    for count in [1, 3] {
      try noGrad {
        let samples = try Tensor.randn([count] + sample)
        let found = try #require(try read.run(["input": samples])["features"])
        try expectClose(found, network(samples), absolute: 1e-5, relative: 1e-4)
      }
    }
  }

  @Test func weightsKeepTheirNames() throws {
    let (configuration, sample) = Self.backbones[0]
    let network = try network(configuration)
    let names = Set(try graph(of: network, configuration, sample: sample).weights.map(\.name))
    let own = try network.state().map(\.name).filter { !$0.hasSuffix("num_batches_tracked") }
    #expect(names == Set(own))
  }

  @Test func whatIsNoModelIsRefused() throws {
    var unknown = OnnxGraph()
    unknown.inputs = [.init("input", [nil, 2])]
    unknown.nodes = [.init("NoSuchOperator", ["input"], [:], output: "features")]
    unknown.outputs = [.init("features", [nil, 2])]
    #expect(throws: TorchError.self) { try unknown.encoded() }
    var dangling = unknown
    dangling.nodes = [.init("Relu", ["nothing"], [:], output: "features")]
    #expect(throws: TorchError.self) { try dangling.encoded() }
    var twice = unknown
    twice.nodes = [.init("Relu", ["input"], [:], output: "input")]
    #expect(throws: TorchError.self) { try twice.encoded() }
    var sound = unknown
    sound.nodes = [.init("Relu", ["input"], [:], output: "features")]
    #expect(try !sound.encoded().isEmpty)
    #expect(throws: TorchError.self) { try sound.run([:]) }
  }

  /// An operator without a required attribute.
  @Test func theCheckerLooksAtAttributes() throws {
    var graph = OnnxGraph()
    graph.inputs = [.init("input", [nil, 2, 4])]
    graph.nodes = [.init("Concat", ["input", "input"], [:], output: "features")]
    graph.outputs = [.init("features", [nil, 2, 4])]
    #expect(throws: TorchError.self) { try graph.encoded() }
  }

  @Test func damagedBytesAreNoTrap() throws {
    let (configuration, sample) = Self.backbones[5]
    let bytes = try graph(of: network(configuration), configuration, sample: sample).encoded()
    for length in stride(from: 0, to: bytes.count, by: 7) { _ = try? OnnxGraph(readingFrom: bytes.prefix(length)) }
    #expect(throws: TorchError.self) { try OnnxGraph(readingFrom: bytes.prefix(bytes.count / 2)) }
    // Sizes whose product is too large for an integer; a file of one weight with its dimensions, type and name.
    let sizes = Data([0x08] + [UInt8](repeating: 0xff, count: 8) + [0x3f])
    let weight = sizes + sizes + sizes + Data([0x10, 0x01, 0x42, 0x01, 0x61])
    let file = ProtocolBuffer.encoded(7, ProtocolBuffer.encoded(5, weight))
    #expect(throws: TorchError.self) { try OnnxGraph(readingFrom: file) }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var damaged = bytes
      for _ in 0..<4 { damaged[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255) }
      _ = try? OnnxGraph(readingFrom: damaged)
    }
  }

  @Test func notesTravelBehindTheModel() throws {
    let notes = ["classes": "a, b", "preset": "small · ×2"]
    let message = try #require(ProtocolBuffer(OnnxGraph.encoded(notes)))
    let found = message.messages(14).compactMap(ProtocolBuffer.init).map { ($0.text(1), $0.text(2)) }
    #expect(Dictionary(uniqueKeysWithValues: found) == notes)
  }
}
