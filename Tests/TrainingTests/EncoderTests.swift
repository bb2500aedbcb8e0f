import Foundation
import Layers
import Swiftlet
import TestSupport
import Testing

@testable import Training

/// An encoder that only looks leaves no trace: neither in its network nor in what the process keeps.
@Suite struct EncoderTests {
  private func network() throws -> ResNet { try ResNet(.init(.resNet18, stem: .cifar, width: 4)) }

  private func running(_ network: ResNet) throws -> [Float] {
    try network.namedBuffers.filter { $0.name.hasSuffix("running_mean") }
      .flatMap { try $0.buffer.tensor.values(as: Float.self) }
  }

  @Test func featuresOfABatchAreThoseOfEvaluationWithoutHistory() throws {
    try Runtime.seed(1)
    let network = try network()
    let batch = try ViewBatch(Tensor.randn([6, 3, 16, 16]))
    let before = try running(network)
    let features = try Encoder(network).features(of: batch)
    #expect(!features.requiresGrad)
    #expect(try running(network) == before, "statistics of training are not touched")
    network.setTraining(false)
    let expected = try noGrad { () throws(TorchError) in try network(batch) }
    #expect(try features.values(as: Float.self) == expected.values(as: Float.self))
  }

  @Test func eachLayerIsAsItWasBefore() throws {
    try Runtime.seed(2)
    let network = try network()
    let batch = try ViewBatch(Tensor.randn([6, 3, 16, 16]))
    network.setTraining(false)
    _ = try Encoder(network).features(of: batch)
    let before = try running(network)
    _ = try noGrad { () throws(TorchError) in try network(batch) }
    #expect(try running(network) == before, "a network that was evaluated stays so")
    // Trained in part, as where the last blocks are fine-tuned.
    let (first, last) = (network.children[0].module, network.children[network.children.count - 1].module)
    last.setTraining(true)
    _ = try Encoder(network).features(of: batch)
    _ = try noGrad { () throws(TorchError) in try network(batch) }
    func means(_ module: any Module) throws -> [Float] {
      try module.namedBuffers.filter { $0.name.hasSuffix("running_mean") }
        .flatMap { try $0.buffer.tensor.values(as: Float.self) }
    }
    #expect(try means(first).allSatisfy { $0 == 0 })
    #expect(try means(last).contains { $0 != 0 })
  }

  @Test func openingARunLeavesTheGeneratorWhereItWas() throws {
    try Runtime.seed(5)
    let expected = try (0..<2).map { _ in try Tensor.randn([3]).values(as: Float.self) }
    try Runtime.seed(5)
    let first = try Tensor.randn([3]).values(as: Float.self)
    let drawn = try Runtime.seeded(9) { try Tensor.randn([3]).values(as: Float.self) }
    let second = try Tensor.randn([3]).values(as: Float.self)
    #expect([first, second] == expected)
    try Runtime.seed(9)
    #expect(try Tensor.randn([3]).values(as: Float.self) == drawn)
    struct Refused: Error {}
    try Runtime.seed(5)
    _ = try Tensor.randn([3])
    #expect(throws: Refused.self) {
      try Runtime.seeded(9) {
        _ = try Tensor.randn([3])
        throw Refused()
      }
    }
    #expect(try Tensor.randn([3]).values(as: Float.self) == expected[1], "nor does an error move it")
  }

  @Test func anEncoderOfARunChangesNoGeneratorAndSetsDeterminismBothWays() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "photos")
      try drawPictures(in: place)
      var request = RunRequest()
      request[Pictures.imageSize] = 16
      request.batchSize = 8
      request.precision = .float32
      request.computeThreads = 1
      let run = try Pretraining(
        of: ImageFolder(place.path), method: .simCLR(temperature: 0.2), backbone: .resNet(.resNet18, width: 4),
        request: request, in: folder.appending(path: "run").path)
      try run.train(epochs: 1)
      defer { try? Runtime.setDeterministic(false) }
      try Runtime.setDeterministic(true)
      try Runtime.seed(5)
      let expected = try Tensor.randn([3]).values(as: Float.self)
      for isTrained in [true, false] {
        try Runtime.seed(5)
        _ = try Encoder(of: run.folder, isTrained: isTrained)
        #expect(try Tensor.randn([3]).values(as: Float.self) == expected)
      }
      #expect(!Runtime.isDeterministic, "as the run asks")
    }
  }
}
