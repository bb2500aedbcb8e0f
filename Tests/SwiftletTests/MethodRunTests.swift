import Foundation
import Swiftlet
import TestSupport
import Testing

/// Every method of pictures through the library, on drawn pictures and a network of a few channels.
@Suite struct MethodRunTests {
  static let methods = Set(Catalogue.standard.presets.filter { $0.input.kind == Pictures.name }.map(\.method))
    .sorted { $0.rawValue < $1.rawValue }

  private func start(
    _ method: MethodName, _ photos: String, in run: URL, on device: Device.Kind = .cpu, isDeterministic: Bool = false
  ) throws -> Pretraining {
    var request = RunRequest()
    request.method = method
    request.device = device
    request.isDeterministic = isDeterministic
    if Catalogue.standard.method(named: method)?.backboneFamily == nil { request.width = 4 } else { request.layers = 1 }
    request.imageSize = 16
    request.batchSize = 8
    request.precision = .float32
    request.computeThreads = 1
    request.seed = 3
    let proposal = try request.proposal(for: ImageFolder(photos))
    return try Pretraining(
      of: proposal.data, training: proposal.training, configuration: request.configuration(for: proposal),
      in: RunFolder(run.path))
  }

  private func bytes(_ run: URL, _ file: String) throws -> Data { try Data(contentsOf: run.appending(path: file)) }

  /// The checkpoint contains the teacher, the queue and all other state: a resumed run ends like an uninterrupted one.
  @Test(arguments: methods) func goingOnIsByteIdentical(_ method: MethodName) throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let (whole, parts) = (folder.appending(path: "whole"), folder.appending(path: "parts"))
      let first = try start(method, photos.path, in: whole)
      #expect(first.configuration.method.name == method)
      try first.train(epochs: 3)
      let stopped = try start(method, photos.path, in: parts)
      try stopped.train(epochs: 3, shouldStop: { stopped.step == 4 })
      let resumed = try Pretraining(resuming: RunFolder(parts.path))
      #expect(resumed.step == 4)
      try resumed.train()
      #expect(resumed.step == 9)
      #expect(try bytes(whole, "metrics.jsonl") == bytes(parts, "metrics.jsonl"))
      for file in ["model.safetensors", "optimizer.safetensors"] {
        let place = try #require(
          FileManager.default.contentsOfDirectory(atPath: whole.appending(path: "checkpoints").path).max())
        #expect(try bytes(whole, "checkpoints/\(place)/\(file)") == bytes(parts, "checkpoints/\(place)/\(file)"))
      }
    }
  }

  /// The first steps have the same loss as on the processor. Masks and other draws of the device's generator differ,
  /// and convolutions are in TF32.
  @Test(.enabled(if: Device.cudaCount > 0), arguments: methods) func theGPULearnsAsTheProcessorDoes(
    _ method: MethodName
  )
    throws
  {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let losses = try [Device.Kind.cpu, .cuda].map { device in
        var losses: [Float] = []
        try start(method, photos.path, in: folder.appending(path: "\(device)"), on: device)
          .train(epochs: 1) { losses.append($0.loss) }
        return try #require(losses.last)
      }
      #expect(abs(losses[0] - losses[1]) < 0.05 * abs(losses[0]), "\(losses)")
    }
  }

  @Test(.enabled(if: Device.cudaCount > 0), arguments: methods) func theGPURepeatsItself(_ method: MethodName) throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      defer { try? Runtime.setDeterministic(false) }
      let runs = try ["one", "two"].map { name in
        let run = folder.appending(path: name)
        try start(method, photos.path, in: run, on: .cuda, isDeterministic: true).train(epochs: 2)
        return run
      }
      #expect(try bytes(runs[0], "metrics.jsonl") == bytes(runs[1], "metrics.jsonl"))
    }
  }

  /// Any method runs with any projector, where it has one.
  @Test(arguments: methods) func anyProjectorFits(_ method: MethodName) throws {
    let configuration = try #require(Catalogue.standard.presets(of: method).first).methodNumbers(.init(features: 32))
    guard configuration.projector != nil else { return }
    let backbone = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 4))
    let views = try (0..<2).map { _ in try Tensor.randn([4, 3, 8, 8]).to(format: .channelsLast) }
    let classes = try Tensor([Int64]([0, 1, 0, -1]))
    let tensors = configuration.viewPlan == .labelledPair ? views + [classes] : views
    let given = tensors.map { ViewBatch($0) }
    let position = RunPosition(step: 0, totalSteps: 10, stepsPerEpoch: 5)
    for name in ProjectorName.allCases {
      var other = configuration
      var head = name.configuration(features: 32)
      // Heads with millions of weights take time and test nothing more.
      head.widths = head.widths.map { min($0, 24) }
      other.projector = head
      let built = try other.build(on: backbone)
      let loss = try built.loss(built.forward(given, at: position), at: position)
      #expect(try loss.item().isFinite, "\(method.rawValue) with \(name.rawValue)")
    }
  }
}
