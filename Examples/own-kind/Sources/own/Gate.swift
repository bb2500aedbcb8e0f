import Swiftlet

/// A network: one hidden layer, half of which gates the other half.
final class Gate: Backbone, Layer {
  struct Configuration: BackboneSettings {
    static let family = "gate"
    static let models = [BackboneModel("gate", source: "an example of a network of one's own")]
    static let options = [NetworkOptions.width.option]
    var inputs: Int
    var width: Int

    init(for request: BackboneProposal) throws(Refusal) {
      guard request.sample.count == 1, request.sample[0].count == 1 else {
        throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut)
      }
      inputs = request.sample[0][0]
      width = request[NetworkOptions.width] ?? 32
    }

    func validate() throws(SettingError) {
      try check(inputs, in: 1...1_000_000, "inputs")
      try check(width, in: 1...4096, "width")
    }

    func build() throws(TorchError) -> any Backbone { try Gate(self) }
    var featureCount: Int { width }
    var model: BackboneName { "gate" }
    var title: String { "gate (\(width))" }
  }

  let featureCount: Int
  private let hidden: Linear
  private let output: Linear

  init(_ configuration: Configuration) throws(TorchError) {
    featureCount = configuration.width
    hidden = try Linear(configuration.inputs, 2 * configuration.width)
    output = try Linear(configuration.width, configuration.width)
  }

  var children: [(name: String, module: any Module)] { [("hidden", hidden), ("output", output)] }

  /// [batch, inputs] → [batch, width]
  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    let halves = try hidden(x)
    let value = try halves.narrowed(1, 0..<featureCount)
    let gate = try sigmoid(halves.narrowed(1, featureCount..<2 * featureCount))
    return try output(value * gate)
  }
}
