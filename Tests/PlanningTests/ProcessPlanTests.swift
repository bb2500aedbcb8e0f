import Foundation
import TestSupport
import Testing

@testable import Planning
@testable import Training

/// What more processes do to a step, against figures worked out by hand.
@Suite struct ProcessPlanTests {
  private static let network = ProcessNetwork(latency: 1e-3, bandwidth: 1e6)

  private static func load(
    gradients: Int = 1_000_000, outputs: Int = 0, outputBytes: Int = 0, normalisations: Int = 0, followed: Int = 0,
    channels: Int = 0
  ) -> ProcessLoad {
    ProcessLoad(
      gradientBytes: gradients, weightBytes: gradients, optimizerBytes: 2 * gradients, outputs: outputs,
      outputBytesPerSample: outputBytes, normalisations: normalisations, followedNormalisations: followed,
      normalisedChannels: channels)
  }

  /// T = T(b) + 2(N − 1)α + 2(N − 1)/N · M/β, and 16 bytes that travel with the gradients.
  @Test(arguments: [1, 2, 4, 10]) func theStepIsThatOfTheModel(_ count: Int) {
    let curve = StepCurve(fixed: 0.1, perSample: 0.01)
    let row = ProcessPlan([count], batch: .whole(40), curve, Self.load(), over: Self.network).rows[0]
    let n = Double(count)
    let sent = (1e6 + 16) / 1e6 * 2 * (n - 1) / n + 2 * 2 * (n - 1) * 1e-3
    let expected = 0.1 + 0.01 * 40 / n + sent
    expectClose([row.seconds], [expected], absolute: 1e-12)
    expectClose([row.speedUp], [0.5 / expected], absolute: 1e-12)
    expectClose([row.efficiency], [0.5 / expected / n], absolute: 1e-12)
    expectClose([row.communicationShare], [sent / expected], absolute: 1e-12)
    #expect(row.batchOfEach == 40 / count && row.isPossible)
    #expect(row.dividedOptimizerBytes == 2_000_000 / count)
  }

  /// Batch normalisation sends three times half a sum for each pass, and gathered outputs take twice their bytes.
  @Test func statisticsAndOutputsAreSent() {
    let load = Self.load(gradients: 0, outputs: 2, outputBytes: 800, normalisations: 3, followed: 2, channels: 50)
    let row = ProcessPlan(
      [4], batch: .whole(40), StepCurve(fixed: 0, perSample: 0), load, over: Self.network
    ).rows[0]
    let half = { (bytes: Double) in 3e-3 + 0.75 * bytes / 1e6 }
    let statistics = 5 * half(8 * 21 * 4) + 3 * 2 * half(8 * 20)
    expectClose([row.normalisation], [statistics], absolute: 1e-12)
    // Gradients of no bytes, and the loss, are sums as well.
    expectClose(
      [row.communication], [statistics + 2 * half(400 * 40) + 2 * half(0) + 2 * half(16)], absolute: 1e-12)
    #expect(row.gatheredBytes == 2 * 800 * 40)
  }

  /// Processes that divide the loss add up its value and the gradients of the outputs.
  @Test func gradientsOfADividedLossAreSent() {
    func row(_ addsUp: Bool) -> ProcessPlan.Row {
      let load = ProcessLoad(
        gradientBytes: 0, weightBytes: 0, optimizerBytes: 0, outputs: 2, outputBytesPerSample: 800,
        addsUpOutputs: addsUp, normalisations: 0, followedNormalisations: 0, normalisedChannels: 0)
      return ProcessPlan([4], batch: .whole(40), StepCurve(fixed: 0, perSample: 0), load, over: Self.network).rows[0]
    }
    let expected = Self.network.sum(800 * 40, among: 4) + Self.network.sum(4, among: 4)
    expectClose([row(true).seconds - row(false).seconds], [expected], absolute: 1e-12)
  }

  /// All but the last bucket, an eighth of them, which begins where computing ends.
  @Test func gradientsHideBehindComputing() {
    let curve = StepCurve(fixed: 0, perSample: 0.01)
    func row(_ batch: Int, _ overlap: Double, gradients: Int = 16_000_000) -> ProcessPlan.Row {
      ProcessPlan(
        [2], batch: .whole(batch), curve, Self.load(gradients: gradients), over: Self.network, overlap: overlap
      )
      .rows[0]
    }
    expectClose([row(2000, 0).seconds - row(2000, 0.5).seconds], [5], absolute: 1e-12)
    // What does not go with the gradients is not hidden.
    expectClose([row(8000, 1).seconds], [40 + 16.002 / 8 + Self.network.sum(16, among: 2)], absolute: 1e-12)
    // A single bucket has nothing to hide behind.
    expectClose([row(8000, 1, gradients: 500_000).seconds], [row(8000, 0, gradients: 500_000).seconds], absolute: 1e-12)
  }

  @Test func aTreeReachesManyByFewerMessages() {
    let tree = ProcessNetwork(latency: 1, bandwidth: .infinity, way: .tree)
    let ring = ProcessNetwork(latency: 1, bandwidth: .infinity)
    #expect([1, 2, 3, 4, 5, 1024].map { tree.sum(4, among: $0) } == [0, 2, 4, 4, 6, 20])
    #expect([1, 2, 3, 1024].map { ring.sum(4, among: $0) } == [0, 2, 4, 2046])
  }

  @Test func itSaysWhereItBreaks() {
    let curve = StepCurve(fixed: 0, perSample: 0.1)
    let plan = ProcessPlan([4, 16, 64], batch: .whole(64), curve, Self.load(), over: Self.network)
    #expect(plan.rows.map(\.isPossible) == [true, true, false])
    // 6.4/N = 2(N − 1)(2·10⁻³ + 1.000016/N) has its root between 4 and 5.
    #expect(plan.boundBySending == 5)
    #expect(plan.sentences.contains { $0.hasPrefix("A batch of 64 gives 64 processes less than 2 samples each") })
    #expect(plan.sentences.contains { $0.contains("use at most 32") })
    #expect(plan.sentences.contains("From 5 processes on, sending takes longer than computing."))
    // The least of 6.4/N + 2 − 2/N + 4·10⁻³(N − 1) is at √(4.4/0.004) = 33.2, above what the batch allows.
    #expect(plan.fastest?.processes == 32)
    let slow = ProcessPlan(
      [8], batch: .whole(64), curve, Self.load(), over: ProcessNetwork(latency: 10, bandwidth: 1e6))
    #expect(slow.fastest?.processes == 1)
    #expect(slow.sentences.contains { $0.hasPrefix("One process is the fastest") })
  }

  @Test func aBatchThatGrowsGathersMore() {
    let load = Self.load(gradients: 1000, outputs: 2, outputBytes: 1000)
    let plan = ProcessPlan([1, 8], batch: .each(16), StepCurve(fixed: 0, perSample: 1), load, over: Self.network)
    #expect(plan.rows.map(\.batch) == [16, 128])
    #expect(plan.rows.map(\.gatheredBytes) == [0, 256_000])
    #expect(plan.fastest == nil)
    #expect(plan.sentences.contains { $0.contains("the gathered outputs and their gradients take under 1 MB") })
    // Samples a second, and not steps.
    expectClose([plan.rows[1].speedUp], [128 / plan.rows[1].seconds], absolute: 1e-12)
  }

  // MARK: Fits

  @Test(arguments: [2, 5]) func latencyAndBandwidthAreFound(_ count: Int) throws {
    let network = ProcessNetwork(latency: 80e-6, bandwidth: 1.2e9)
    let sums = [4, 1 << 16, 1 << 20, 1 << 26].map {
      NetworkFit.Sum(bytes: $0, seconds: network.sum(Double($0), among: count))
    }
    let fit = try #require(NetworkFit(sums, among: count))
    expectClose([fit.network.latency * 1e6, fit.network.bandwidth / 1e9], [80, 1.2], absolute: 1e-6)
    #expect(fit.error < 1e-9)
  }

  /// Times that fall with the size, of one size, or that are none, give no network.
  @Test func noNetworkIsFoundInNoise() {
    #expect(NetworkFit([.init(bytes: 4, seconds: 2), .init(bytes: 1000, seconds: 1)], among: 2) == nil)
    #expect(NetworkFit([.init(bytes: 4, seconds: 2)], among: 2) == nil)
    #expect(NetworkFit([.init(bytes: 4, seconds: .nan), .init(bytes: 8, seconds: 0)], among: 2) == nil)
    #expect(NetworkFit([.init(bytes: 4, seconds: 1), .init(bytes: 8, seconds: 2)], among: 1) == nil)
  }

  private func step(_ batch: Int, _ seconds: Double, processes: Int = 1, update: Double? = nil) -> MeasuredStep {
    MeasuredStep(run: "run", batch: batch, processes: processes, seconds: seconds, update: update)
  }

  @Test func stepsAreALineOverTheBatch() {
    let none = { (_: MeasuredStep) in 0.0 }
    let two = StepCurve.fitted(to: [step(32, 0.42), step(64, 0.74)], communication: none)
    expectClose([two.curve.fixed, two.curve.perSample], [0.1, 0.01], absolute: 1e-12)
    #expect(two.origin == .severalRuns)
    // A run of two processes has half of the batch in each, and sends.
    let shared = StepCurve.fitted(to: [step(64, 0.62, processes: 2), step(64, 0.74)]) {
      $0.processes == 2 ? 0.2 : 0
    }
    expectClose([shared.curve.fixed, shared.curve.perSample], [0.1, 0.01], absolute: 1e-12)
    let one = StepCurve.fitted(to: [step(64, 0.64)], communication: none)
    expectClose([one.curve.fixed, one.curve.perSample], [0, 0.01], absolute: 1e-12)
    #expect(one.origin == .oneRun)
    let profiled = StepCurve.fitted(to: [step(64, 0.74, update: 0.1)], communication: none)
    expectClose([profiled.curve.fixed, profiled.curve.perSample], [0.1, 0.01], absolute: 1e-12)
    #expect(profiled.origin == .profiledRun)
  }

  /// Neither part of a step takes less than no time, whatever was measured.
  @Test func noPartIsNegative() {
    let none = { (_: MeasuredStep) in 0.0 }
    for steps in [[step(32, 0.2), step(64, 0.6)], [step(32, 0.6), step(64, 0.5)], [step(64, 0.1, update: 0.3)]] {
      let curve = StepCurve.fitted(to: steps, communication: none).curve
      #expect(curve.fixed >= 0 && curve.perSample >= 0 && curve.seconds(64) > 0)
    }
    let sending = StepCurve.fitted(to: [step(64, 0.1)]) { _ in 5 }
    #expect(sending.curve.seconds(64) > 0)
  }
}
