import Foundation
import Settings
import Swiftlet
import TestSupport
import Testing

@testable import Training

/// What a run is told to change is what its kind of data, its network and its method have.
@Suite struct AdviceTests {
  private static let pictures = StepProfile.Adjustable(
    views: Catalogue.standard.smallerSettings(of: DataConfiguration(ImageConfiguration(imageSize: 16, views: .small))),
    network: BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 8)).smallerSettings,
    hasProjector: true,
    isFloat32: true)
  private static let table = StepProfile.Adjustable(
    views: [], network: BackboneConfiguration(MLP.Configuration(inputs: 4, width: 8, layers: 2)).smallerSettings,
    hasProjector: false, isFloat32: true)

  private static let parts: [[StepProfile.Part: Double]] = [
    [.waiting: 50, .forward: 50], [.copy: 50, .forward: 50], [.loss: 50, .forward: 50], [.update: 50, .forward: 50],
    [.other: 50, .forward: 50], [.forward: 60, .backward: 40],
  ]

  private func limits(_ adjustable: StepProfile.Adjustable, decoding: Double, drawing: Double) -> [String] {
    Self.parts.map { parts in
      StepProfile.limit(
        step: 100, parts: parts, decoding: decoding, drawing: drawing, loaderThreads: 1, cores: 2, adjustable
      ).description
    }
  }

  @Test func aTableIsNotToldWhatPicturesHave() {
    for (decoding, drawing) in [(0.0, 90.0), (0, 0)] {
      for said in limits(Self.table, decoding: decoding, drawing: drawing) {
        #expect(!said.contains("image size") && !said.contains("cache") && !said.contains("projector"), "\(said)")
        #expect(!said.contains("smaller  ") && !said.hasSuffix(" ") && !said.contains(": ,"), "\(said)")
      }
    }
    #expect(limits(Self.table, decoding: 0, drawing: 0)[5].hasSuffix("a smaller width, layers or backbone"))
  }

  @Test func picturesAreToldOfTheirSizeAndOfDecoding() {
    let said = limits(Self.pictures, decoding: 90, drawing: 10)
    #expect(said[0].contains("decoding: keep decoded samples in a cache folder"))
    #expect(said[1].hasSuffix("a smaller image size copies less"))
    #expect(said[2].hasSuffix("a smaller batch size or a narrower projector compares less"))
    #expect(said[5].hasSuffix("keep decoded samples with cache, or choose a smaller image size"))
    #expect(limits(Self.pictures, decoding: 0, drawing: 0)[5].hasSuffix("a smaller image size, width or backbone"))
  }

  @Test func alarmsOfFormerVersionsAreRead() throws {
    let line = #"{"advice":"try a lower one (--learning-rate)","kind":"alike","since":2,"step":3,"what":"all alike"}"#
    let alarm = try JSONDecoder().decode(Alarm.self, from: Data(line.utf8))
    #expect(alarm.description == "all alike (since step 2); try a lower one (--learning-rate)")
  }

  @Test func alarmsAreRecordedInNeutralWords() throws {
    let alarm = Alarm(
      kind: .exploded, step: 3, since: 2, what: "too large", advice: "try a lower \(setting: "learning-rate")")
    let data = try JSONEncoder().encode(alarm)
    #expect(String(decoding: data, as: UTF8.self).contains(#""try a lower learning rate""#))
    #expect(try JSONDecoder().decode(Alarm.self, from: data) == alarm)
  }
}
