import Settings

extension ProcessPlan {
  /// The table, and below it where it breaks.
  package var text: String { (table + [""] + sentences).joined(separator: "\n") }

  private var table: [String] {
    let header = [
      "processes", "batch", "of each", "ms a step", "samples/s", "speed-up", "efficiency", "sending", "gathered",
      "optimiser", "if divided",
    ]
    let cells = rows.map { row in
      let counts = [Figure.count(row.processes), Figure.count(row.batch), Figure.count(row.batchOfEach)]
      let times = [
        Figure.number(1000 * row.seconds), Figure.number(row.samplesPerSecond), Figure.number(row.speedUp),
        Figure.percent(row.efficiency, digits: 0), Figure.percent(row.communicationShare, digits: 0),
      ]
      let memory = [row.gatheredBytes, load.optimizerBytes, row.dividedOptimizerBytes].map(Figure.bytes)
      return counts + (row.isPossible ? times : times.map { _ in "–" }) + memory
    }
    return alignedColumns([header] + cells)
  }

  /// Where the plan breaks, and what limits it.
  package var sentences: [String] {
    var sentences: [String] = []
    if let row = rows.first(where: { !$0.isPossible }) {
      let most = row.batch / 2
      sentences.append(
        "A batch of \(Figure.count(row.batch)) gives \(Figure.count(row.processes)) processes less than 2 samples each, and a run "
          + "refuses it: use at most \(Figure.count(most)), or a batch of \(Figure.count(2 * row.processes)) or more.")
    }
    if let boundBySending {
      sentences.append("From \(Figure.count(boundBySending)) processes on, sending takes longer than computing.")
    }
    if let fastest, let largest = rows.filter(\.isPossible).max(by: { $0.processes < $1.processes }),
      largest.seconds > fastest.seconds * 1.02
    {
      sentences.append(
        fastest.processes == 1
          ? "One process is the fastest: with this batch, more of them send for longer than they save."
          : "\(Figure.count(fastest.processes)) processes are the fastest with this batch, \(Figure.number(fastest.speedUp)) times one."
      )
    }
    if let row = rows.last(where: \.isPossible), row.normalisation > 0.5 * row.communication, row.processes > 1 {
      sentences.append(
        "\(Figure.percent(row.normalisation / row.communication, digits: 0)) of what \(Figure.count(row.processes)) processes send is for batch "
          + "normalisation, whose sums travel \(load.normalisations * 2 + load.followedNormalisations) times a step.")
    }
    let model = load.weightBytes + load.gradientBytes + load.optimizerBytes
    if let row = rows.first(where: { $0.gatheredBytes > model }) {
      sentences.append(
        "For a batch of \(Figure.count(row.batch)), the gathered outputs and their gradients take \(Figure.bytes(row.gatheredBytes)) in each "
          + "process: more than weights, gradients and optimiser, \(Figure.bytes(model)).")
    }
    if let row = rows.filter({ $0.isPossible && $0.processes > 1 }).max(by: { $0.processes < $1.processes }) {
      let saved = load.optimizerBytes - row.dividedOptimizerBytes
      sentences.append(
        "Weights, gradients and optimiser take \(Figure.bytes(model)) in each process. An optimiser divided among "
          + "\(Figure.count(row.processes)) (ZeRO-1) would save \(Figure.bytes(saved)) of it.")
    }
    return sentences
  }
}
