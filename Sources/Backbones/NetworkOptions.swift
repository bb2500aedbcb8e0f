import Settings

/// What several families of networks let a user choose.
public enum NetworkOptions {
  public static let width = OptionKey<Int>(
    "width", in: 4...1024,
    help:
      "Width of the network: the channels of a ResNet's first stage, or the units of an mlp's layers. Default: 64, or the preset's."
  ).makingRunsLarger
  public static let layers = OptionKey<Int>(
    "layers", in: 1...64,
    help: "Depth of the network: blocks of a transformer, or layers of an mlp. Default: the preset's."
  ).makingRunsLarger

  /// Of recipes alone: how much of the last residual branch training drops.
  static let dropPath = OptionKey<Double>("drop-path", in: 0...0.9, help: "Part of the residual branches dropped.")
}

/// - Throws: `SettingError` if samples are not pictures of so many channels.
func checkPicture(_ sample: [[Int]], channels: Int) throws(SettingError) {
  guard sample.count == 1, sample[0].count == 3, sample[0][0] == channels else {
    throw SettingError("inputChannels", channels, expected: "as many as a sample has, which is \(sample)")
  }
}

/// ResNet-50 of four times the width, the largest that was published for learning without labels, has 375 million.
private let mostWeights = 536_870_912.0

/// - Throws: `SettingError` if a network would have more weights than any machine should try.
func checkWeights(_ count: Double, _ width: Int, _ name: String) throws(SettingError) {
  guard count <= mostWeights else {
    throw SettingError(
      name, width, expected: "so small that the network has at most \(Int(mostWeights)) weights, not \(Int(count))")
  }
}
