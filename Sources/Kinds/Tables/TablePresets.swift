import Layers
import Learning
import Methods
import Optimizers

/// Presets for methods with pairs of views, on tables. Both views are the row with some cells replaced. No paper has
/// these settings; network, optimiser and batch are those of SCARF.
enum TablePresets {
  private static func tablePair<Settings: MethodSettings>(
    _ name: Preset.Name, method: @escaping @Sendable (Preset.Sizes) -> Settings
  ) -> Preset {
    Preset(
      name, source: "SCARF's network and optimiser (Bahri et al. 2022), both views with 30% of the columns replaced",
      input: .table(replacing: 0.3, isExact: true, layers: 4, width: 256), method: method,
      optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0), batchSize: 128, epochs: 200,
      warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1,
      departures: ["the method was published for pictures"])
  }

  static var all: [Preset] {
    [
      tablePair("simclr-table") {
        SimCLR.Configuration(temperature: 0.5, projector: .simclr(features: $0.features))
      },
      tablePair("moco-v2-table") {
        MoCoV2.Configuration(
          temperature: 0.5, projector: .mocoV2(features: $0.features), queueLength: 1024, momentum: .constant(0.99),
          keyGroups: 1)
      },
      tablePair("moco-v3-table") { _ in
        MoCoV3.Configuration(
          temperature: 0.5, projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
      },
      tablePair("supcon-table") {
        SupCon.Configuration(temperature: 0.1, projector: .simclr(features: $0.features))
      },
      tablePair("dcl-table") {
        DCL.Configuration(temperature: 0.5, projector: .simclr(features: $0.features))
      },
      tablePair("byol-table") { _ in
        BYOL.Configuration(projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
      },
      tablePair("simsiam-table") { _ in
        SimSiam.Configuration(
          projector: .smallSimSiam, predictor: .init(widths: [128], normalization: .hidden, lastHasBias: true))
      },
      tablePair("barlow-twins-table") { _ in BarlowTwins.Configuration(projector: .small3) },
      tablePair("vicreg-table") { _ in VICReg.Configuration(projector: .small3) },
    ]
  }
}
