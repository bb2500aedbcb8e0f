import Foundation
import Swiftlet
import TestSupport
import Testing

/// Short runs of SwAV, DINO, MAE and I-JEPA on drawn pictures.
@Suite struct PredictiveRunTests {
  private func request(_ method: MethodName, _ backbone: BackboneName) -> RunRequest {
    var request = RunRequest()
    request.method = method
    request.backbone = backbone
    if backbone == "resnet18" { request.width = 4 } else { request.layers = 2 }
    if method == .swav || method == .dino { request.localCrops = 2 }
    request.imageSize = 32
    request.batchSize = 8
    request.epochs = 2
    request.precision = .float32
    request.computeThreads = 1
    return request
  }

  /// The run that a request makes, with the parts that need many steps at work from the first on.
  private func configuration(_ request: RunRequest, _ photos: ImageFolder) throws -> (Proposal, RunConfiguration) {
    let proposal = try request.proposal(for: photos)
    var run = try request.configuration(for: proposal)
    if request.method == .swav {
      run.method = MethodConfiguration(
        SwAV.Configuration(
          projector: .init(widths: [16, 8], normalization: .hidden, hasBias: true), prototypes: 12, frozenEpochs: 0.3,
          queueLength: 16, queueStartEpoch: 0))
    }
    if var network = run.backbone.settings as? ViT.Configuration {
      network.dropPath = 0.3
      run.backbone = BackboneConfiguration(network)
    }
    return (proposal, run)
  }

  @Test(arguments: [
    (MethodName.swav, "resnet18" as BackboneName), (.dino, "resnet18"), (.dino, "vit-tiny"), (.mae, "vit-tiny"),
    (.ijepa, "vit-tiny"),
  ])
  func aRunThatGoesOnIsTheSameToTheByte(_ method: MethodName, _ backbone: BackboneName) throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "photos")
      try drawPictures(in: place)
      let (proposal, run) = try configuration(request(method, backbone), ImageFolder(place.path))
      func start(_ name: String) throws -> Pretraining {
        try Pretraining(
          of: proposal.data, training: proposal.training, configuration: run,
          in: RunFolder(folder.appending(path: name).path))
      }
      let whole = try start("whole")
      var losses: [Float] = []
      try whole.train { losses.append($0.loss) }
      #expect(!losses.isEmpty && losses.allSatisfy(\.isFinite))
      let part = try start("part")
      try part.train(shouldStop: { part.step == 4 })
      let rest = try Pretraining(resuming: part.folder)
      #expect(rest.step == 4)
      try rest.train()
      for file in ["metrics.jsonl", "checkpoints"] {
        #expect(
          try contents(whole.folder.path + "/" + file) == contents(part.folder.path + "/" + file), "\(file) differs")
      }
      let vectors = try Encoder(of: whole.folder).embeddings(of: ImageFolder(place.path))
      #expect(vectors.shape == [24, run.backbone.featureCount])
      let again = try rest.encoder.embeddings(of: ImageFolder(place.path))
      #expect(try vectors.values(as: Float.self) == again.values(as: Float.self))
    }
  }

  /// Of a file, or of the weights below a folder of checkpoints.
  private func contents(_ path: String) throws -> [Data] {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard isFolder.boolValue else { return [try Data(contentsOf: URL(fileURLWithPath: path))] }
    let last = try #require(try FileManager.default.contentsOfDirectory(atPath: path).sorted().last)
    return try ["model.safetensors", "optimizer.safetensors"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(last)/\($0)"))
    }
  }

  @Test func whatDoesNotFitIsRefusedInASentence() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "photos")
      try drawPictures(in: place)
      let photos = try ImageFolder(place.path)
      func refusal(_ change: (inout RunRequest) -> Void) throws -> String {
        var request = RunRequest()
        change(&request)
        do {
          _ = try request.proposal(for: photos)
          return ""
        } catch let refusal as Refusal {
          return refusal.description
        }
      }
      let residual = try refusal { ($0.method, $0.backbone) = (.mae, "resnet18") }
      #expect(
        residual
          == "method mae looks at parts of a sample, which not every network shows, and resnet18 does not; choose one "
          + "of vit-tiny, vit-small, vit-base")
      let width = try refusal { ($0.backbone, $0.width) = ("vit-tiny", 32) }
      #expect(width.hasPrefix("width has no meaning for vit-tiny"))
      let size = try refusal { ($0.backbone, $0.imageSize) = ("vit-small", 100) }
      #expect(size.hasPrefix("image size 100 is not a multiple") && size.contains("96 or 104"))
      let patch = try refusal { ($0.backbone, $0.patchSize) = ("vit-tiny", 5) }
      #expect(patch == "patch size 5 must be 4, 8, 14 or 16")
      let crops = try refusal { ($0.method, $0.localCrops) = (.byol, 3) }
      #expect(crops.hasPrefix("local crops has no meaning for the method byol"))
      let layers = try refusal { $0.layers = 3 }
      #expect(layers.hasPrefix("layers has no meaning for resnet18"))
      #expect(try refusal { ($0.backbone, $0.layers) = ("vit-tiny", 3) } == "")
    }
  }

  @Test func patchesFollowTheSizeOfTheViews() throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "photos")
      try drawPictures(in: place)
      let photos = try ImageFolder(place.path)
      for (side, patch) in [(32, 4), (64, 8), (96, 8), (128, 16), (224, 16)] {
        var request = RunRequest()
        request.backbone = "vit-tiny"
        request.imageSize = side
        let network = try #require(request.proposal(for: photos).backbone.settings as? ViT.Configuration)
        #expect(network.patchSize == patch && network.imageSize == side && network.depth == 12)
      }
      // A method that takes a transformer brings one.
      var request = RunRequest()
      request.method = .ijepa
      let network = try #require(request.proposal(for: photos).backbone.settings as? ViT.Configuration)
      #expect(network.form == ViT.Configuration.Form(.fixed, .patches))
    }
  }
}
