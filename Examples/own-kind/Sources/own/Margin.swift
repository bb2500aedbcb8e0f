import Swiftlet

/// A method with a loss of its own: two views of a sample should be nearer to each other than to the view of the next
/// sample, by a margin (a triplet loss, Schroff et al. 2015).
final class Margin: Method {
  struct Configuration: MethodSettings {
    static let margin = OptionKey<Double>("margin", in: 0...100, help: "By how much. Default: the preset's.")

    static let name: MethodName = "margin"
    static let family = MethodFamily.contrastive
    static let summary = "two views of a sample are nearer to each other than to another sample, by a margin"
    static let paper = "Schroff et al. 2015, arXiv:1503.03832"
    static let ownOptions = [margin.option]
    static var presets: [Preset] {
      [
        Preset(
          "margin", source: "an example of a method of one's own", isSmall: true,
          method: { _ in Configuration(margin: 1) },
          batchSize: 32, epochs: 20, warmUpEpochs: 1)
      ]
    }
    var margin: Double
    var viewPlan: ViewPlan { .pair }

    func validate() throws(SettingError) { try check(margin, in: 0...100, "margin") }

    mutating func apply(_ options: OptionValues) throws(Refusal) {
      if let margin = options[Self.margin] { self.margin = margin }
    }

    func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try Margin(self, backbone: backbone.build())
    }
  }

  let backbone: any Backbone
  private let margin: Double

  init(_ configuration: Configuration, backbone: any Backbone) {
    (self.backbone, margin) = (backbone, configuration.margin)
  }

  var children: [(name: String, module: any Module)] { [("backbone", backbone)] }

  func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let features = try backbone(concatenate(views)).chunks(2)
    return MethodOutput(features: features, embeddings: features)
  }

  func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    let anchor = try normalized(output.embeddings[0].to(dtype: .float32))
    let partner = try normalized(output.embeddings[1].to(dtype: .float32))
    let count = partner.shape[0]
    // The next sample of the batch; the first comes after the last.
    let other = try concatenate([partner.narrowed(0, 1..<count), partner.narrowed(0, 0..<1)])
    let near = try (anchor - partner).squared().sum([1])
    let far = try (anchor - other).squared().sum([1])
    return try relu(near - far + margin).mean()
  }
}
