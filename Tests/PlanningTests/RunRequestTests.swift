import Methods
import Testing
import Training

@testable import Datasets
@testable import Planning

@Suite struct RunRequestTests {
  /// `count` pictures that are never opened.
  private func pictures(_ count: Int) -> ImageFolder {
    let samples = (0..<count).map { FileList.Sample(root: 0, relativePath: "\($0).png") }
    return ImageFolder(files: FileList(roots: [.init(path: "/nowhere", prefix: "")], samples: samples), labels: nil)
  }

  private func configuration(_ request: RunRequest, count: Int) throws -> RunConfiguration {
    try request.configuration(for: request.proposal(for: pictures(count)))
  }

  @Test func theSizeOfTheDataChoosesThePreset() throws {
    let request = RunRequest()
    #expect(try configuration(request, count: 2000).preset == "small")
    #expect(try configuration(request, count: 20_000).preset == "simclr")
  }

  @Test func whatWasAskedForIsDoneAndSaid() throws {
    var request = RunRequest()
    request.temperature = 0.37
    request.projector = .linear
    request.batchSize = 64
    request.imageSize = 48
    request.learningRate = 0.01
    request.epochs = 7
    let run = try configuration(request, count: 1000)
    #expect(run.method == .simCLR(.init(temperature: 0.37, projector: .linear)))
    #expect(run.batchSize == 64 && run.stepsPerEpoch == 15 && run.schedule.totalSteps == 105)
    #expect(abs(run.schedule.peak - 0.01) < 1e-12)
    let departures = run.departures.joined(separator: "; ")
    for said in ["temperature 0.37 (preset: 0.2)", "projector linear", "batch 64", "image size 48"] {
      #expect(departures.contains(said), "\(departures)")
    }
    #expect(!departures.contains("views"))
  }

  @Test func aBatchLargerThanTheDataIsRefused() throws {
    var request = RunRequest()
    request.batchSize = 11
    #expect(throws: RunRequest.Refusal.self) { try configuration(request, count: 10) }
  }
}
