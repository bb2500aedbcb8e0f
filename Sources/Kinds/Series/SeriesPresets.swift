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

  private static let template = Preset(
    "series",
    source:
      "crops, noise and scaling of series for TS2Vec's network, in minutes of training; not tuned by measurements yet",
    isSmall: true, input: .series(crops: 0.5...1, jitter: 0.1, scaling: 0.2),
    method: { _ in SimCLR.Configuration(temperature: 0.2, projector: .identity) },
    optimizer: .small(baseLearningRate: 2e-3), batchSize: 64, epochs: 40, warmUpEpochs: 1, warmUpShare: 0.05,
    leastStepsPerEpoch: 4, departures: ["the method was published for pictures"])

  static var all: [Preset] { PairPresets(temperature: 0.2).all("series", like: template) }
}
