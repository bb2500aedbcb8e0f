import Foundation
import Learning
import Swiftlet
import TestSupport
import Testing

/// Which states of a run are kept, and which of them is used afterwards.
@Suite struct KeptCheckpointTests {
  private func start(_ photos: String, in run: URL, _ change: (inout RunConfiguration) -> Void) throws -> Pretraining {
    var request = RunRequest()
    request.method = .simclr
    request.width = 4
    request.imageSize = 16
    request.batchSize = 8
    request.precision = .float32
    request.computeThreads = 1
    request.seed = 3
    request.epochs = 120
    // So high that the loss goes up and down.
    request.learningRate = 0.3
    let proposal = try request.proposal(for: ImageFolder(photos))
    var configuration = try request.configuration(for: proposal)
    let (training, heldOut) = (Array(proposal.training.dropLast(8)), Array(proposal.training.suffix(8)))
    configuration.stepsPerEpoch = training.count / 8
    change(&configuration)
    return try Pretraining(
      of: proposal.data, training: training, heldOut: heldOut, configuration: configuration, in: RunFolder(run.path))
  }

  private struct Line: Decodable { let step: Int, heldOutLoss: Float? }

  private func lines(_ run: RunFolder) throws -> [Line] {
    try String(contentsOfFile: run.metrics, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  /// Interruptions where the loss was just measured save each of these states.
  @Test func theBestIsKeptBesideTheLastTwo() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let place = folder.appending(path: "run")
      let first = try start(photos.path, in: place) { _ in }
      // Of so few samples, the loss on others is measured after every twelfth epoch.
      let each = 12 * first.configuration.stepsPerEpoch
      try first.train(shouldStop: { first.step == each })
      for look in 2...8 {
        let next = try Pretraining(resuming: RunFolder(place.path))
        try next.train(shouldStop: { next.step == look * each })
      }
      var run = RunFolder(place.path)
      let measured = try lines(run).filter { $0.heldOutLoss != nil }
      #expect(measured.map(\.step) == (1...8).map { $0 * each })
      let best = try #require(measured.min { $0.heldOutLoss ?? 0 < $1.heldOutLoss ?? 0 })
      try #require(best.step < 7 * each)
      // Between the last and the best is one of which the time decides.
      let kept = Checkpoint.all(in: run).map(\.step)
      #expect(kept.count == 3 && kept.first == 8 * each && kept.last == best.step)
      #expect(Checkpoint.all(in: run).last?.heldOutLoss == best.heldOutLoss)

      #expect(Checkpoint.step(standingFor: run) == 8 * each)
      let last = try Encoder(of: run).backbone.state()[0].tensor
      run.checkpoint = .best
      #expect(Checkpoint.step(standingFor: run) == best.step)
      let other = try Encoder(of: run).backbone.state()[0].tensor
      #expect(try !other.equals(last).allTrue())
      // Going on is from the last, whatever stands for the run.
      #expect(try Pretraining(resuming: run).step == 8 * each)
    }
  }

  @Test func theBestStandsForARunThatPatienceStopped() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let place = folder.appending(path: "run")
      let started = try start(photos.path, in: place) { $0.patience = 1 }
      guard case .stopped(let alarm) = try started.train() else {
        Issue.record("the run was not stopped")
        return
      }
      #expect(alarm.kind == .overfitting)
      var run = RunFolder(place.path)
      let kept = Checkpoint.all(in: run).filter { $0.heldOutLoss != nil }
      let best = try #require(kept.min { $0.heldOutLoss ?? 0 < $1.heldOutLoss ?? 0 })
      #expect(Checkpoint.step(standingFor: run) == best.step)
      run.checkpoint = .last
      #expect(Checkpoint.step(standingFor: run) == started.step)
    }
  }

  @Test func withoutALossThereIsNoBest() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appending(path: "photos")
      try drawPictures(in: photos)
      let place = folder.appending(path: "run")
      try startTinyRun(photos.path, in: place, .simclr, epochs: 1).train()
      var run = RunFolder(place.path)
      run.checkpoint = .best
      let failure = #expect(throws: RunFolder.Failure.self) { try Encoder(of: run) }
      #expect(failure?.description.contains("has no best checkpoint") == true)
    }
  }
}
