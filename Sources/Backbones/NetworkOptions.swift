import Settings

/// What several families of networks let a user choose.
public enum NetworkOptions {
  public static let width = OptionKey<Int>(
    "width", in: 4...1024,
    help: "Channels of a residual network's first stage, or width of an mlp's layers. Default: 64, or the preset's."
  ).makingRunsLarger
  public static let layers = OptionKey<Int>(
    "layers", in: 1...64, help: "Layers of an mlp, or blocks of a transformer. Default: the preset's."
  ).makingRunsLarger

  /// Of recipes alone: how much of the last residual branch training drops.
  static let dropPath = OptionKey<Double>("drop-path", in: 0...0.9, help: "Part of the residual branches dropped.")
}
