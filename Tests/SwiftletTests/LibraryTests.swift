import Foundation
import Swiftlet
import TestSupport
import Testing

/// The library as a reader first meets it, on drawn pictures and a network of a few channels.
@Suite struct LibraryTests {
  private static var request: RunRequest {
    var request = RunRequest()
    request.imageSize = 16
    request.batchSize = 8
    request.precision = .float32
    request.computeThreads = 1
    return request
  }

  private func start(_ photos: ImageFolder, in folder: URL) throws -> Pretraining {
    try Pretraining(
      of: photos, method: .simCLR(temperature: 0.37), backbone: .resNet(.resNet18, width: 4), request: Self.request,
      in: folder.appending(path: "run").path)
  }

  private func withPictures(_ body: (URL, ImageFolder) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let place = folder.appending(path: "photos")
      try drawPictures(in: place)
      try body(folder, try ImageFolder(place.path))
    }
  }

  @Test func fromAFolderToAnAccuracy() throws {
    try withPictures { folder, photos in
      let run = try start(photos, in: folder)
      #expect(
        run.configuration.method
          == MethodConfiguration(SimCLR.Configuration(temperature: 0.37, projector: .simclr(features: 32))))
      var losses: [Float] = []
      try run.train(epochs: 2) { step in
        losses.append(step.loss)
        if step.step == 1 { #expect(step.effectiveRank.map { $0 >= 1 } == true) }
      }
      #expect(losses.count == 6 && losses.allSatisfy(\.isFinite), "of so few steps each is told")
      let vectors = try run.encoder.embeddings(of: photos)
      #expect(vectors.shape == [24, 32])
      // The encoder on disk is the same.
      let reopened = try Encoder(of: run.folder).embeddings(of: photos)
      #expect(try vectors.values(as: Float.self) == reopened.values(as: Float.self))
    }
  }

  @Test func theLengthOfARunIsRecordedBeforeItsFirstStepAndNotChangedAfterIt() throws {
    try withPictures { folder, photos in
      let run = try start(photos, in: folder)
      try run.train(epochs: 2, shouldStop: { run.step == 4 })
      #expect(try run.folder.open().configuration.schedule.totalSteps == 6)
      // The preset's warm-up share of a short run: a twentieth of 6.
      #expect(run.configuration.schedule.warmUpSteps == 0)
      #expect(throws: Pretraining.Failure.self) { try run.train(epochs: 3) }
      #expect(try run.folder.open().configuration.schedule.totalSteps == 6)
      let resumed = try Pretraining(resuming: run.folder)
      #expect(resumed.step == 4)
      try resumed.train(epochs: 2)
      #expect(resumed.step == 6)
      for epochs in [0, -1, Int.max] {
        #expect(throws: SettingError.self) { try resumed.train(epochs: epochs) }
      }
    }
  }

  @Test func noRowEverBelongsToAnotherPicture() throws {
    try withPictures { folder, photos in
      let run = try start(photos, in: folder)
      try FileManager.default.removeItem(at: folder.appending(path: "photos/class0/3.png"))
      #expect(throws: Encoder.Failure.self) { try run.encoder.embeddings(of: photos) }
      let alone = Encoder(try ResNet(.init(.resNet18, width: 4)))
      #expect(throws: Encoder.Failure.self) { try alone.embeddings(of: photos) }
    }
  }

  @Test func neighboursAreCountedAmongLabelledSamples() throws {
    // Two pairs on two axes; the unlabelled row in between takes no part.
    let vectors = try Tensor([Float]([1, 0, 1, 0.1, 0.7, 0.7, 0, 1, 0.1, 1]), shape: [5, 2])
    let judge = NearestNeighbours(k: 1, temperature: 0.07)
    #expect(try judge.accuracy(of: vectors, labels: Labels(["a", "a", nil, "b", "b"])) == 1)
    #expect(try judge.accuracy(of: vectors, labels: Labels(["a", "b", nil, "b", "b"])) == 0.5)
    #expect(throws: MeasureError.self) { try judge.accuracy(of: vectors, labels: Labels(["a", "b"])) }
    #expect(throws: MeasureError.self) {
      try judge.accuracy(of: vectors, labels: Labels(["a", "a", nil, nil, nil]))
    }
    #expect(throws: MeasureError.self) {
      try judge.accuracy(of: vectors, labels: Labels([nil, nil, nil, nil, nil]))
    }
  }
}
