import Swiftlet
import TestSupport
import Testing

@testable import Planning

/// Where time is short, the network is smaller, unless somebody said otherwise.
@Suite(.serialized) struct NetworkChoiceTests {
  private func plan(_ change: (inout RunRequest) -> Void) throws -> RunPlan {
    try withTemporaryFolder { folder in
      try drawPictures(in: folder, perClass: 200, side: 8)
      var request = RunRequest()
      request.imageSize = 32
      request.holdOut = 0
      request.minutes = 0.01
      request.precision = .float32
      change(&request)
      return try request.plan(for: request.proposal(scanning: [folder.path]))
    }
  }

  /// No machine passes 400 pictures ten times through a ResNet-18 of width 64 within 0.6 seconds.
  @Test func itIsHalvedToTheLeast() throws {
    let plan = try plan { _ in }
    let network = try #require(plan.configuration.backbone.settings as? ResNet.Configuration)
    #expect(network.width == 16)
    let choice = try #require(plan.choices.first { $0.what == "network" })
    #expect(choice.value.contains("width 16") && choice.reason.contains("of width 64"), "\(choice)")
    // Sizes that follow from the network's follow from the new one's.
    let chosen = try self.plan { $0.width = 16 }
    #expect(plan.configuration.method == chosen.configuration.method)
  }

  @Test func whatWasChosenStays() throws {
    let asked: [(inout RunRequest) -> Void] = [
      { $0.width = 32 }, { $0.backbone = "resnet18" }, { $0.preset = "small" },
    ]
    for (change, width) in zip(asked, [32, 64, 64]) {
      let plan = try plan(change)
      #expect((plan.configuration.backbone.settings as? ResNet.Configuration)?.width == width)
      #expect(!plan.choices.contains { $0.what == "network" })
    }
  }

  @Test func enoughTimeChangesNothing() throws {
    let plan = try plan { ($0.minutes, $0.epochs) = (100, 3) }
    #expect((plan.configuration.backbone.settings as? ResNet.Configuration)?.width == 64)
  }
}
