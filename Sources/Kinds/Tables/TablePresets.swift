import Layers
import Learning
import Methods
import Optimizers

/// Presets for methods with pairs of views, on tables. Both views are the row with some cells replaced. No paper has
/// these settings; network, optimiser and batch are those of SCARF.
enum TablePresets {
  private static let template = Preset(
    "table", source: "SCARF's network and optimiser (Bahri et al. 2022), both views with 30% of the columns replaced",
    input: .table(replacing: 0.3, isExact: true, layers: 4, width: 256),
    method: { _ in SimCLR.Configuration(temperature: 0.5, projector: .identity) },
    optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0), batchSize: 128, epochs: 200,
    warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1, departures: ["the method was published for pictures"])

  static var all: [Preset] { PairPresets(temperature: 0.5).all("table", like: template) }
}
