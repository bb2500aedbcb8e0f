import Settings
import Training

/// How fast a run would be in more processes, and what each of them would hold.
///
///     T(N) = T(b) + latencies + max(last bucket's way, gradients' way − overlap),   b the part of the batch of each process
///
/// with no last bucket where there is no overlap: it begins where the backward pass ends. T(b) is a line (`StepCurve`) and the ways of `ProcessNetwork`. Each process is supposed to have as many cores, or as fast a device,
/// of its own as the one that was measured.
package struct ProcessPlan: Sendable, Encodable {
  /// The samples of a step.
  package enum Batch: Sendable, Equatable {
    /// Of all processes together.
    case whole(Int)
    /// Of each process.
    case each(Int)

    func whole(_ processes: Int) -> Int {
      switch self {
      case .whole(let count): count
      case .each(let count): count * processes
      }
    }
  }

  package struct Row: Sendable, Encodable, Equatable {
    package let processes: Int
    /// Of all processes together.
    package let batch: Int
    /// The largest part of a process.
    package let batchOfEach: Int
    /// False where the parts would be so small that a run refuses to begin; then the times mean nothing.
    package let isPossible: Bool
    /// Of a step.
    package let seconds: Double
    /// What of it goes into computing.
    package let computing: Double
    /// What processes send each other, with what is hidden behind computing.
    package let communication: Double
    /// The part of this for the statistics of batch normalisation.
    package let normalisation: Double
    package let samplesPerSecond: Double
    /// Samples a second as a multiple of those of one process: with the same batch, or with the same part.
    package let speedUp: Double
    /// Bytes in each process of the outputs of all, and of their gradients.
    package let gatheredBytes: Int
    /// Bytes in each process of the optimiser's state, if its state were divided among all (ZeRO-1; Rajbhandari et al. 2020).
    package let dividedOptimizerBytes: Int

    package var efficiency: Double { speedUp / Double(processes) }
    /// The part of a step in which nothing is computed.
    package var communicationShare: Double { seconds > 0 ? (seconds - computing) / seconds : 0 }
  }

  package let network: ProcessNetwork
  package let curve: StepCurve
  package let load: ProcessLoad
  /// The part of a step's computing during which gradients are sent; 0 where they are sent after it, as in this program.
  package let overlap: Double
  package let rows: [Row]
  /// The fastest number of processes up to the largest asked for, with the batch as it is; nil where that grows.
  package let fastest: Row?
  /// The smallest number of processes that send for longer than they compute; nil up to the largest asked for.
  package let boundBySending: Int?

  private enum CodingKeys: String, CodingKey {
    case network, curve, load, overlap, rows, fastest, boundBySending, sentences
  }

  package func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(network, forKey: .network)
    try container.encode(curve, forKey: .curve)
    try container.encode(load, forKey: .load)
    try container.encode(overlap, forKey: .overlap)
    try container.encode(rows, forKey: .rows)
    try container.encodeIfPresent(fastest, forKey: .fastest)
    try container.encodeIfPresent(boundBySending, forKey: .boundBySending)
    try container.encode(sentences, forKey: .sentences)
  }

  /// - Parameters:
  ///   - processes: how many, each from 1 to 65,536; at least one number.
  ///   - overlap: from 0 to 1.
  package init(
    _ processes: [Int], batch: Batch, _ curve: StepCurve, _ load: ProcessLoad, over network: ProcessNetwork,
    overlap: Double = 0
  ) {
    (self.network, self.curve, self.load, self.overlap) = (network, curve, load, overlap)
    func row(_ count: Int) -> Row {
      Self.row(count, batch: batch, curve, load, network, overlap: overlap)
    }
    rows = processes.map(row)
    let most = processes.max() ?? 1
    let possible = (1...most).lazy.map(row).prefix { $0.isPossible }
    boundBySending = possible.first { $0.communication > $0.computing }?.processes
    switch batch {
    case .whole: fastest = possible.min { $0.seconds < $1.seconds }
    case .each: fastest = nil
    }
  }

  private static func row(
    _ count: Int, batch: Batch, _ curve: StepCurve, _ load: ProcessLoad, _ network: ProcessNetwork, overlap: Double
  ) -> Row {
    let whole = batch.whole(count)
    let each = (whole + count - 1) / count
    let computing = curve.seconds(Double(each))
    let gradients = network.sum(Double(load.gradientBytes), among: count)
    let normalisation = self.normalisation(count, load, network)
    // The loss, and whether anybody wants to stop, travel with the gradients.
    let others = normalisation + network.sum(16, among: count) + outputs(count, of: whole, load, network)
    let last = gradients * SharedGradients.shareOfBucket(of: load.gradientBytes)
    let seconds = computing + others + max(min(gradients, last), gradients - overlap * computing)
    let alone = curve.seconds(Double(batch.whole(1))) / Double(batch.whole(1))
    return Row(
      processes: count, batch: whole, batchOfEach: each, isPossible: count == 1 || whole >= 2 * count,
      seconds: seconds, computing: computing, communication: others + gradients, normalisation: normalisation,
      samplesPerSecond: Double(whole) / seconds, speedUp: alone * Double(whole) / seconds,
      gatheredBytes: count > 1 ? 2 * load.outputBytesPerSample * whole : 0,
      dividedOptimizerBytes: (load.optimizerBytes + count - 1) / count)
  }

  /// Forward the mean, the deviations and the number of each process, backward two sums; in float64.
  private static func normalisation(_ count: Int, _ load: ProcessLoad, _ network: ProcessNetwork) -> Double {
    let calls = load.normalisations + load.followedNormalisations
    guard calls > 0 else { return 0 }
    let channels = Double(load.normalisedChannels) / Double(calls)
    let forward = network.gather(8 * (2 * channels + 1) * Double(count), among: count)
    let backward = network.sum(8 * 2 * channels, among: count)
    return Double(calls) * forward + Double(load.normalisations) * backward
  }

  private static func outputs(
    _ count: Int, of batch: Int, _ load: ProcessLoad, _ network: ProcessNetwork
  ) -> Double {
    guard load.outputs > 0 else { return 0 }
    let bytes = Double(load.outputBytesPerSample * batch)
    let gathered = Double(load.outputs) * network.gather(bytes / Double(load.outputs), among: count)
    // With the value of the loss.
    return gathered + (load.addsUpOutputs ? network.sum(bytes, among: count) + network.sum(4, among: count) : 0)
  }

  package enum Failure: Error, Sendable, Explained, Equatable {
    case noTiming(run: String, reason: String)
    case otherRun(String, first: String, what: String)

    package var explanation: Explanation {
      switch self {
      case .noTiming(let run, let reason):
        "how long the steps of \(run) take is not known: \(reason); name a run of some dozen steps"
      case .otherRun(let run, let first, let what):
        "\(run) has another \(what) than \(first): a plan is of runs that differ in batch size and processes alone"
      }
    }
  }
}
