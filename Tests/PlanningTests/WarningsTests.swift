import Swiftlet
import Testing

@testable import Planning

@Suite struct WarningsTests {
  @Test func fewNegatives() {
    let method = MethodConfiguration(SimCLR.Configuration(temperature: 0.2, projector: .linear))
    #expect(Warnings.fewNegatives(batch: 8, method: method)?.contains("only 14 others") == true)
    #expect(Warnings.fewNegatives(batch: 32, method: method) == nil)
  }

  private func longRecipe(_ preset: Preset.Name, sampleCount: Int, epochs: Double) throws -> String? {
    Warnings.longRecipe(
      try #require(Catalogue.standard.preset(named: preset)), .standard, sampleCount: sampleCount, epochs: epochs)
  }

  @Test func longRecipesOnSmallSets() throws {
    #expect(
      try longRecipe("simclr", sampleCount: 2000, epochs: 1000)?.contains("2000 samples") == true)
    #expect(try longRecipe("simclr", sampleCount: 50_000, epochs: 1000) == nil)
    #expect(try longRecipe("simclr", sampleCount: 2000, epochs: 20) == nil)
    #expect(try longRecipe("small", sampleCount: 2000, epochs: 1000) == nil)
  }

  private func shortTime(steps: Int, minutes: Double?, smaller: BackboneConfiguration? = nil) -> String? {
    Warnings.shortTime(steps: steps, stepsPerEpoch: 15, minutes: minutes, smaller: smaller)
  }

  @Test func tooLittleTime() {
    #expect(shortTime(steps: 9, minutes: 1)?.contains("less than one epoch of 15") == true)
    #expect(shortTime(steps: 49, minutes: 1)?.contains("too few to learn much") == true)
    #expect(shortTime(steps: 50, minutes: 1) == nil)
    #expect(shortTime(steps: 9, minutes: nil) == nil)
  }

  /// 9 steps took a minute: 200 take 23 minutes.
  @Test func theTimeThatWouldDoAndASmallerNetworkAreNamed() throws {
    let smaller = BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: 32))
    let sentence = try #require(shortTime(steps: 9, minutes: 1, smaller: smaller))
    #expect(sentence.contains("200 steps would take about 23 min 0 s"), "\(sentence)")
    #expect(sentence.contains("resnet18 of width 32"), "\(sentence)")
  }

  @Test func methodsThatLearnSlowly() throws {
    let dino = try #require(Catalogue.standard.preset(named: "dino-small"))
    let sentence = try #require(Warnings.slowStart(dino, steps: 300))
    #expect(sentence.contains("dino") && sentence.contains("this run has 300"))
    #expect(Warnings.slowStart(dino, steps: 1500) == nil)
    #expect(Warnings.slowStart(try #require(Catalogue.standard.preset(named: "small")), steps: 1) == nil)
  }

  @Test func ratesFarFromThePresets() {
    #expect(Warnings.unusualRate(0.05, preset: 0.004)?.contains("above") == true)
    #expect(Warnings.unusualRate(0.0001, preset: 0.004)?.contains("below") == true)
    // Factors that no whole number holds, and one that no floating-point number holds.
    #expect(Warnings.unusualRate(1e-23, preset: 0.004)?.contains("4.00e+20 times below") == true)
    #expect(
      Warnings.unusualRate(.leastNonzeroMagnitude, preset: 0.004)?.contains("is very far below the preset's") == true)
    for rate in [0.0005, 0.004, 0.03] { #expect(Warnings.unusualRate(rate, preset: 0.004) == nil) }
  }
}
