import Layers
import Learning
import Optimizers
import Settings

extension Preset.Input {
  /// - Parameters:
  ///   - views: the name of the recipe for views.
  ///   - imageSize: side of a view in pixels.
  ///   - localCrops: smaller views beside the two, of a method that takes any number; nil for those of the recipe.
  static func pictures(views: String, imageSize: Int, localCrops: Int? = nil) -> Preset.Input {
    var options: OptionValues = ["views": .word(views), "image-size": .integer(imageSize)]
    options["local-crops"] = localCrops.map { .integer($0) }
    return Preset.Input(kind: "pictures", options)
  }

  /// - Parameters:
  ///   - replacing: the share of the columns that a view replaces.
  ///   - isExact: whether it is exactly that share of every row, or a probability for each column.
  ///   - scaling: how numbers are scaled: "standard", or "minMax" for 0 to 1.
  ///   - layers: the layers of the perceptron.
  ///   - width: the width of its layers; nil for that of the table.
  package static func table(
    replacing share: Double, isExact: Bool, scaling: String = "standard", layers: Int, width: Int?
  ) -> Preset.Input {
    var network: OptionValues = ["layers": .integer(layers)]
    network["width"] = width.map { .integer($0) }
    return Preset.Input(
      kind: "tables",
      ["replaced-share": .number(share), "replaces": isExact ? "exactly" : "each", "scaling": .word(scaling)],
      backbone: "mlp", backboneOptions: network)
  }
}

/// A preset of a method for a few thousand pictures and minutes of training. It has the views, optimiser and batch of
/// `small`, heads that suit few steps, and teachers that follow faster.
func smallPair<Settings: MethodSettings>(
  _ name: Preset.Name, optimizer: OptimizerConfiguration = .small(), shortRun: Preset.ShortRun? = nil,
  method: @escaping @Sendable (Preset.Sizes) -> Settings
) -> Preset {
  Preset(
    name, source: "scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
    isSmall: true, input: .pictures(views: "small", imageSize: 64), method: method, optimizer: optimizer,
    batchSize: 256, epochs: 100, warmUpEpochs: 10, warmUpShare: 0.05, shortRun: shortRun)
}

extension OptimizerConfiguration {
  /// For methods with a predictor: with an adaptive optimiser, their embeddings fell to a few dimensions within fifty
  /// steps.
  static func smallMomentum(baseLearningRate: Double) -> OptimizerConfiguration {
    OptimizerConfiguration(.sgd, baseLearningRate: baseLearningRate, weightDecay: 5e-4)
  }
}
