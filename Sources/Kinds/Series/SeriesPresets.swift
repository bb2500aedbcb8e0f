import Layers
import Learning
import Methods
import Optimizers
import Settings

extension Preset.Input {
  /// Views of series; sizes are relative to the scaled values.
  static func series(
    crops: ClosedRange<Double>, jitter: Double, scaling: Double, masking: Double = 0, pieces: Int = 1,
    frequencyNoise: Double = 0
  ) -> Preset.Input {
    var options = OptionValues()
    options[TimeSeries.leastCrop] = crops.lowerBound
    options[TimeSeries.mostCrop] = crops.upperBound
    options[TimeSeries.jitter] = jitter
    options[TimeSeries.amplitude] = scaling
    options[TimeSeries.masking] = masking
    options[TimeSeries.pieces] = pieces
    options[TimeSeries.frequencyNoise] = frequencyNoise
    return Preset.Input(kind: SeriesConfiguration.kind, options, backbone: "dilated-cnn")
  }
}

/// Presets for methods with pairs of views, on time series.
enum SeriesPresets {
  static let usual: Preset.Name = "ts2vec"

  private static func pair<Settings: MethodSettings>(
    _ name: Preset.Name, optimizer: OptimizerConfiguration = .small(baseLearningRate: 2e-3),
    method: @escaping @Sendable (Preset.Sizes) -> Settings
  ) -> Preset {
    Preset(
      name,
      source:
        "crops, noise and scaling of series for TS2Vec's network, in minutes of training; not tuned by measurements yet",
      isSmall: true, input: .series(crops: 0.5...1, jitter: 0.1, scaling: 0.2), method: method, optimizer: optimizer,
      batchSize: 64, epochs: 40, warmUpEpochs: 1, warmUpShare: 0.05, leastStepsPerEpoch: 4,
      departures: ["the method was published for pictures"])
  }

  static var all: [Preset] {
    [
      pair("simclr-series") {
        SimCLR.Configuration(temperature: 0.2, projector: .simclr(features: $0.features))
      },
      pair("moco-v2-series") {
        MoCoV2.Configuration(
          temperature: 0.2, projector: .mocoV2(features: $0.features), queueLength: 1024, momentum: .constant(0.99),
          keyGroups: 1)
      },
      pair("moco-v3-series") { _ in
        MoCoV3.Configuration(
          temperature: 0.2, projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
      },
      pair("supcon-series") {
        SupCon.Configuration(temperature: 0.1, projector: .simclr(features: $0.features))
      },
      pair("dcl-series") { DCL.Configuration(temperature: 0.2, projector: .simclr(features: $0.features)) },
      pair("byol-series") { _ in
        BYOL.Configuration(projector: .small2, predictor: .smallPredictor, momentum: .cosine(from: 0.97, to: 1))
      },
      pair("simsiam-series") { _ in
        SimSiam.Configuration(
          projector: .smallSimSiam, predictor: .init(widths: [128], normalization: .hidden, lastHasBias: true))
      },
      pair("barlow-twins-series") { _ in BarlowTwins.Configuration(projector: .small3) },
      pair("vicreg-series") { _ in VICReg.Configuration(projector: .small3) },
    ]
  }
}
