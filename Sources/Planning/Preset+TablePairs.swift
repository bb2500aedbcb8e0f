import Methods
import Training

// Methods that learn from pairs, on tables: both views are the row with some cells replaced. No paper has these numbers;
// network, optimiser and batch are SCARF's.
extension Preset {
  private static func tablePair<Settings: MethodSettings>(
    _ name: Name, method: @escaping @Sendable (Sizes) -> Settings
  ) -> Preset {
    Preset(
      name, source: "SCARF's network and optimiser (Bahri et al. 2022), both views with 30% of the columns replaced",
      input: .table(corruption: .exactly(share: 0.3), scaling: .standard, layers: 4, width: 256), method: method,
      optimizer: OptimizerConfiguration(.adamW, baseLearningRate: 2e-3, weightDecay: 0), batchSize: 128, epochs: 200,
      warmUpEpochs: 0, finalRateShare: 1, leastStepsPerEpoch: 1,
      departures: ["the method was published for pictures"])
  }

  static let simclrTable = tablePair(.simclrTable) {
    SimCLR.Configuration(temperature: 0.5, projector: .simclr(features: $0.features))
  }

  static let mocoV2Table = tablePair(.mocoV2Table) {
    MoCoV2.Configuration(
      temperature: 0.5, projector: .mocoV2(features: $0.features), queueLength: 1024, momentum: .constant(0.99),
      keyGroups: 1)
  }

  static let mocoV3Table = tablePair(.mocoV3Table) { _ in
    MoCoV3.Configuration(
      temperature: 0.5, projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
  }

  static let supconTable = tablePair(.supconTable) {
    SupCon.Configuration(temperature: 0.1, projector: .simclr(features: $0.features))
  }

  static let dclTable = tablePair(.dclTable) {
    DCL.Configuration(temperature: 0.5, projector: .simclr(features: $0.features))
  }

  static let byolTable = tablePair(.byolTable) { _ in
    BYOL.Configuration(projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
  }

  static let simsiamTable = tablePair(.simsiamTable) { _ in
    SimSiam.Configuration(
      projector: .smallSimSiam, predictor: .init(widths: [128], normalization: .hidden, lastHasBias: true))
  }

  static let barlowTwinsTable = tablePair(.barlowTwinsTable) { _ in BarlowTwins.Configuration(projector: .small3) }

  static let vicregTable = tablePair(.vicregTable) { _ in VICReg.Configuration(projector: .small3) }
}
