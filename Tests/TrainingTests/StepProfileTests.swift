import Testing

@testable import Training

@Suite struct StepProfileTests {
  private func profile(
    _ parts: [StepProfile.Part: Double], step: Double = 100, decoding: Double = 0, drawing: Double = 0, cores: Int = 2,
    isFloat32: Bool = true
  ) -> StepProfile {
    StepProfile(
      steps: 10, total: .milliseconds(10 * step), parts: parts.mapValues { .milliseconds(10 * $0) },
      decoding: .milliseconds(10 * decoding), drawing: .milliseconds(10 * drawing), loaderThreads: 1, cores: cores,
      adjustable: .init(views: ["image-size"], network: ["width"], hasProjector: true, isFloat32: isFloat32))
  }

  @Test func whatIsNotTimedIsTheRest() {
    let profile = profile([.forward: 30, .backward: 50, .update: 5, .waiting: 1])
    #expect(profile.parts[.other] == 14)
    #expect(profile.parts.values.reduce(0, +) == 100)
    #expect(profile.share(of: .backward) == 0.5)
    #expect(profile.parts[.copy] == 0)
  }

  @Test func theLimitIsWhatWeighsMost() {
    #expect(
      profile([.forward: 35, .backward: 60]).limit.description.hasPrefix(
        "The network takes 95 % of the time: only fewer"))
    #expect(profile([.forward: 35, .backward: 60]).limit.description.contains("bfloat16"))
    #expect(!profile([.forward: 35, .backward: 60], isFloat32: false).limit.description.contains("bfloat16"))
    let decoding = profile([.waiting: 40, .forward: 20, .backward: 40], decoding: 70, drawing: 20).limit.description
    #expect(decoding.hasPrefix("Steps wait for their views 40 % of the time, most of it for decoding"), "\(decoding)")
    let drawing = profile([.waiting: 40, .forward: 20, .backward: 40], decoding: 20, drawing: 70).limit.description
    #expect(drawing.contains("most of it for drawing views"), "\(drawing)")
    #expect(
      profile([.update: 30, .forward: 30, .backward: 40]).limit.description.hasPrefix(
        "30 % of the time goes into updating"))
    #expect(
      profile([.loss: 30, .forward: 30, .backward: 40]).limit.description.hasPrefix(
        "30 % of the time goes into the loss"))
    #expect(
      profile([.forward: 30, .backward: 30]).limit.description.hasPrefix("40 % of the time goes into measurements"))
    let beside = profile([.forward: 40, .backward: 60], decoding: 50, drawing: 30).limit.description
    #expect(beside.contains("making views 40 % of what all cores could do"), "\(beside)")
  }

  @Test func whatTravelsBehindTheBackwardPassIsSaid() {
    let alone = profile([.forward: 30, .backward: 50])
    #expect(alone.hiddenShare == nil && !alone.table.contains("exchange"))
    let several = StepProfile(
      steps: 10, total: .milliseconds(1000),
      parts: [.forward: .milliseconds(300), .backward: .milliseconds(400), .exchange: .milliseconds(200)],
      exchange: (.milliseconds(800), .milliseconds(200)), decoding: .zero, drawing: .zero, loaderThreads: 1, cores: 2,
      adjustable: .init(views: [], network: ["width"], hasProjector: true, isFloat32: true))
    #expect(several.sending == 80 && several.hiddenShare == 0.75)
    #expect(several.table.contains("80 ms a step, 75 % of it while steps compute"), "\(several.table)")
    #expect(several.limit.description.hasPrefix("20 % of the time goes into waiting for the gradients"))
  }

  /// Without a stopwatch, a body runs and nothing else.
  @Test func nothingIsTimedUnasked() throws {
    let none: Stopwatch? = nil
    #expect(none.time(.forward) { 3 } == 3)
    none.stepIsDone()
  }
}
