import Layers
import Methods
import Training

extension Preset {
  static let scarf = Preset(
    .scarf, source: "Bahri et al. 2022 (SCARF, arXiv 2106.15147), section 4",
    input: .table(corruption: .exactly(share: 0.6), scaling: .standard, layers: 4, width: 256),
    method: {
      let head = Projector.Configuration(widths: [$0.features, $0.features], normalization: .none, hasBias: true)
      return SCARF.Configuration(temperature: 1, head: head)
    },
    // AdamW without weight decay is Adam: 1e-3 for a batch of 128.
    optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0), batchSize: 128, epochs: 200,
    warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1,
    departures: ["a fixed number of epochs (paper: up to 1,000, stopped early by a validation part)"])

  static let vime = Preset(
    .vime, source: "Yoon et al. 2020 (VIME), and its official code (vime_self.py)",
    input: .table(corruption: .each(probability: 0.3), scaling: .minMax, layers: 1, width: nil),
    method: { VIME.Configuration(columns: $0.columns, inputs: $0.inputs, featureWeight: 2) },
    optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0), batchSize: 128, epochs: 200,
    warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1,
    departures: [
      "Adam (code: RMSprop)", "200 epochs (code: 10)",
      "replaced cells are drawn from their column (code: shuffled in it)",
    ])
}
