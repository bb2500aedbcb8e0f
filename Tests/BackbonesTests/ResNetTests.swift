import Backbones
import Foundation
import Layers
import TestSupport
import Testing
import Torch

@Suite struct ResNetTests {
  @Test(arguments: [
    (ResNet.Configuration.Depth.resNet18, 11_689_512), (.resNet34, 21_797_672), (.resNet50, 25_557_032),
  ])
  func parameterCountsAreThoseOfTorchvision(_ depth: ResNet.Configuration.Depth, _ count: Int) throws {
    #expect(try ResNet(.init(depth, classCount: 1000)).parameterCount == count)
  }

  @Test func namesAreThoseOfTorchvision() throws {
    let names = try Set(ResNet(.init(.resNet50, width: 8, classCount: 10)).state().map(\.name))
    for name in [
      "conv1.weight", "bn1.running_mean", "bn1.num_batches_tracked", "layer1.0.conv3.weight",
      "layer1.0.downsample.0.weight", "layer1.0.downsample.1.running_var", "layer4.2.bn3.bias", "fc.weight", "fc.bias",
    ] { #expect(names.contains(name), "\(name)") }
    #expect(names.count == 320)
  }

  @Test func featuresHaveTheirWidth() throws {
    for (stem, size) in [(ResNet.Configuration.Stem.imageNet, 64), (.cifar, 32)] {
      let net = try ResNet(.init(.resNet18, stem: stem, width: 16))
      let features = try noGrad { try net(Tensor.randn([2, 3, size, size])) }
      #expect(features.shape == [2, 128])
      #expect(net.featureCount == 128)
    }
  }

  @Test(arguments: [1, 5]) func inputsMayHaveAnyNumberOfChannels(channels: Int) throws {
    for stem in ResNet.Configuration.Stem.allCases {
      let net = try ResNet(.init(.resNet18, stem: stem, width: 8, inputChannels: channels))
      let features = try noGrad { try net(Tensor.randn([2, channels, 32, 32])) }
      #expect(features.shape == [2, 64])
      #expect(throws: TorchError.self) { try net(Tensor.randn([2, 3, 32, 32])) }
    }
  }

  @Test func theOrderInMemoryDoesNotChangeTheFeatures() throws {
    try Runtime.seed(4)
    let net = try ResNet(.init(.resNet18, width: 8))
    net.setTraining(false)
    let images = try Tensor.randn([2, 3, 48, 48])
    let plain = try noGrad { try net(images) }
    try net.move(to: .cpu, imageFormat: .channelsLast)
    let reordered = try noGrad { try net(images.to(format: .channelsLast)) }
    try expectClose(reordered, plain, absolute: 1e-4)
  }

  @Test func aResidualBranchMayStartAtZero() throws {
    let net = try ResNet(.init(.resNet18, width: 8, zeroInitResidual: true))
    let last = try #require(net.namedParameters.first { $0.name == "layer1.1.bn2.weight" })
    #expect(try last.parameter.tensor.values(as: Float.self).allSatisfy { $0 == 0 })
  }
}

@Suite struct StateTests {
  private func small() throws -> ResNet { try ResNet(.init(.resNet18, width: 4)) }

  @Test func weightsSurviveAFile() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "weights.safetensors").path
      try Runtime.seed(1)
      let first = try small()
      try first.move(to: .cpu)
      try Safetensors.write(first.state(), to: path)
      let second = try small()
      try second.load(Safetensors.read(path))
      for (a, b) in try zip(first.state(), second.state()) { try expectClose(b.tensor, a.tensor, absolute: 0, a.name) }
    }
  }

  @Test func loadingIsStrictAndNamesWhatDoesNotFit() throws {
    let net = try small()
    var state = try Dictionary(uniqueKeysWithValues: net.state().map { ($0.name, $0.tensor) })
    state["fc.weight"] = try .zeros([1])
    state["conv1.weight"] = nil
    state["bn1.bias"] = try .zeros([5])
    let before = try net.namedParameters.map { try $0.parameter.tensor.values(as: Float.self) }
    do {
      try net.load(state)
      Issue.record("no error")
    } catch let error as StateMismatch {
      #expect(error.missing == ["conv1.weight"])
      #expect(error.unused == ["fc.weight"])
      #expect(error.misshapen.map(\.name) == ["bn1.bias"])
      #expect(error.description.contains("bn1.bias is [5], expected [4]"))
    }
    #expect(try net.namedParameters.map { try $0.parameter.tensor.values(as: Float.self) } == before)
  }

  @Test func namesMayBeLeftOutOnPurpose() throws {
    let net = try small()
    var state = try Dictionary(uniqueKeysWithValues: net.state().map { ($0.name, $0.tensor) })
    state["fc.weight"] = try .zeros([1])
    try net.load(state, ignoring: ["fc."])
  }
}
