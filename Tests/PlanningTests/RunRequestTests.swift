import Foundation
import Swiftlet
import TestSupport
import Testing
import Torch

@testable import Learning
@testable import Planning
@testable import Samples

@Suite struct RunRequestTests {
  private func configuration(_ request: RunRequest, count: Int) throws -> RunConfiguration {
    try request.configuration(for: request.proposal(for: ImageFolder.imagined(count: count)))
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
    #expect(run.method == MethodConfiguration(SimCLR.Configuration(temperature: 0.37, projector: .linear)))
    #expect(run.batchSize == 64 && run.heldOutCount == 50)
    #expect(run.stepsPerEpoch == 950 / 64 && run.schedule.totalSteps == 7 * 14)
    #expect(abs(run.schedule.peak - 0.01) < 1e-12)
    let departures = run.departures.joined(separator: "; ")
    for said in ["temperature 0.37 (preset: 0.2)", "projector linear", "batch 64", "image size 48"] {
      #expect(departures.contains(said), "\(departures)")
    }
    #expect(!departures.contains("views"))
  }

  @Test func onAProcessorAsManyThreadsMakeViewsAsCompute() throws {
    func loaderThreads(_ change: (inout RunRequest) -> Void) throws -> Int {
      try planOfImagined { request in
        request.epochs = 1
        change(&request)
      }.configuration.loaderThreads
    }
    #expect(try loaderThreads { $0.computeThreads = 3 } == 3)
    #expect(try loaderThreads { ($0.computeThreads, $0.loaderThreads) = (3, 5) } == 5)
    #expect(try loaderThreads { _ in } == ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Threads that share a core with another process hold up all.
  @Test(.enabled(if: Cores.count > 1)) func coresThatOthersKeepBusyAreLeftToThem() throws {
    func plan(others: Double, _ change: (inout RunRequest) -> Void = { _ in }) throws -> RunPlan {
      try planOfImagined { request in
        request.epochs = 1
        request.device = .cpu
        request.load = MachineLoad(cores: Cores.count, others: others)
        change(&request)
      }
    }
    let busy = try plan(others: 0.96)
    #expect(busy.configuration.computeThreads == Cores.count - 1 && busy.configuration.loaderThreads == Cores.count - 1)
    let choice = try #require(busy.choices.first { $0.what == "threads" })
    #expect(choice.reason.contains("0.96 of the \(Cores.count) cores"), "\(choice)")
    #expect(try plan(others: 1000).configuration.computeThreads == 1)

    for idle in [try plan(others: 0.2), try plan(others: 0.96) { $0.computeThreads = Cores.count }] {
      #expect(idle.configuration.computeThreads == Cores.count && !idle.choices.contains { $0.what == "threads" })
    }
  }

  @Test func aBatchLargerThanTheDataIsRefused() throws {
    var request = RunRequest()
    request.batchSize = 11
    #expect(throws: Refusal.self) { try configuration(request, count: 10) }
  }

  private func table(_ request: RunRequest, rows: Int = 300) throws -> RunConfiguration {
    try withTemporaryFolder { folder in
      let text = "a,b,c\n" + (0..<rows).map { "\($0 * 7 % 13).5,\($0 % 5),\(["x", "y"][$0 % 2])\n" }.joined()
      let file = folder.appending(path: "t.csv")
      try Data(text.utf8).write(to: file)
      return try request.configuration(for: request.proposal(scanning: [file.path]))
    }
  }

  /// Section 4 of the paper: four layers of 256, a head of two, temperature 1, Adam 1e-3, batch 128.
  @Test func aTableIsLearnedFromAsSCARFSays() throws {
    let run = try table(RunRequest())
    #expect(run.preset == "scarf" && run.batchSize == 128 && run.stepsPerEpoch == 2)
    #expect(run.backbone == BackboneConfiguration(MLP.Configuration(inputs: 4, width: 256, layers: 4)))
    let head = Projector.Configuration(widths: [256, 256], normalization: .none, hasBias: true)
    #expect(run.method == MethodConfiguration(SCARF.Configuration(temperature: 1, head: head)))
    #expect(run.optimizer.name == .adamW && run.optimizer.weightDecay == 0)
    #expect(run.schedule.learningRate(at: 0) == 1e-3 && run.schedule.learningRate(at: 399) == 1e-3)
    #expect(run.precision == .float32)
    let table = try #require(run.data.settings as? TableConfiguration)
    #expect(table.corruption == .exactly(share: 0.6) && table.scaling == .standard)
    #expect(run.departures.joined().contains("stopped early"))
  }

  /// The official code: a layer as wide as the input, a mask of 0.3, restoring twice as heavy, inputs from 0 to 1.
  @Test func aTableIsLearnedFromAsVIMESays() throws {
    var request = RunRequest()
    request.method = .vime
    let run = try table(request)
    #expect(run.backbone == BackboneConfiguration(MLP.Configuration(inputs: 4, width: 4, layers: 1)))
    #expect(run.method == MethodConfiguration(VIME.Configuration(columns: 3, inputs: 4, featureWeight: 2)))
    let table = try #require(run.data.settings as? TableConfiguration)
    #expect(table.corruption == .each(probability: 0.3) && table.scaling == .minMax)
    #expect(run.departures.joined().contains("RMSprop"))
  }

  @Test func smallTablesHaveSmallBatches() throws {
    #expect(try table(RunRequest(), rows: 100).batchSize == 64)
    #expect(try table(RunRequest(), rows: 9).batchSize == 9)
  }
}
