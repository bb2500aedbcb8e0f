import Layers
import Settings
import Torch

/// A residual network (He et al. 2016) as in torchvision, with its parameter names: stride on the 3×3 convolution of
/// the bottleneck, initialisation by fan-out.
///
/// [batch, inputChannels, height, width] → features [batch, featureCount], or logits if `classCount` is set.
public final class ResNet: Backbone, Layer {
  public struct Configuration: Codable, Sendable, Equatable {
    public enum Depth: String, Codable, Sendable, CaseIterable {
      case resNet18 = "resnet18"
      case resNet34 = "resnet34"
      case resNet50 = "resnet50"

      var blockCounts: [Int] { self == .resNet18 ? [2, 2, 2, 2] : [3, 4, 6, 3] }
      var isBottleneck: Bool { self == .resNet50 }
    }

    public enum Stem: String, Codable, Sendable, CaseIterable, OptionConvertible {
      /// 7×7 with stride 2, then 3×3 pooling with stride 2: for pictures of 64 pixels and more.
      case imageNet = "imagenet"
      /// 3×3 with stride 1 and no pooling: for pictures of about 32 pixels.
      case cifar
    }

    public var depth: Depth
    public var stem: Stem
    /// Channels of the first stage; each later stage doubles them. 64 in the paper.
    public var width: Int
    /// Starts each residual branch at zero (Goyal et al. 2017).
    public var zeroInitResidual: Bool
    /// Outputs of a last linear layer `fc`; nil for features.
    public var classCount: Int?
    public var inputChannels: Int
    /// The probability of dropping the last residual branch for a sample, in training. It rises linearly from 0 for the
    /// first branch.
    public var dropPath: Double

    public init(
      _ depth: Depth, stem: Stem = .imageNet, width: Int = 64, zeroInitResidual: Bool = false, classCount: Int? = nil,
      inputChannels: Int = 3, dropPath: Double = 0
    ) {
      self.depth = depth
      self.stem = stem
      self.width = width
      self.zeroInitResidual = zeroInitResidual
      self.classCount = classCount
      self.inputChannels = inputChannels
      self.dropPath = dropPath
    }

    /// Older runs did not record `inputChannels` and `dropPath`; they have three channels and no stochastic depth.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      depth = try container.decode(Depth.self, forKey: .depth)
      stem = try container.decode(Stem.self, forKey: .stem)
      width = try container.decode(Int.self, forKey: .width)
      zeroInitResidual = try container.decode(Bool.self, forKey: .zeroInitResidual)
      classCount = try container.decodeIfPresent(Int.self, forKey: .classCount)
      inputChannels = try container.decodeIfPresent(Int.self, forKey: .inputChannels) ?? 3
      dropPath = try container.decodeIfPresent(Double.self, forKey: .dropPath) ?? 0
    }

    public var featureCount: Int { width * 8 * (depth.isBottleneck ? 4 : 1) }
  }

  public let configuration: Configuration
  private let conv1: Conv2D
  private let bn1: BatchNorm
  private let groups: [Sequential]
  private let fc: Linear?

  /// - Throws: `TorchError`, also where a number makes no sense.
  public init(_ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "ResNet")
    self.configuration = configuration
    let width = configuration.width
    switch configuration.stem {
    case .imageNet: conv1 = try Conv2D(configuration.inputChannels, width, kernel: 7, stride: 2, padding: 3)
    case .cifar: conv1 = try Conv2D(configuration.inputChannels, width, kernel: 3, stride: 1, padding: 1)
    }
    bn1 = try BatchNorm(width)
    var groups: [Sequential] = []
    var inputs = width
    let blockTotal = configuration.depth.blockCounts.reduce(0, +)
    var done = 0
    for (index, blockCount) in configuration.depth.blockCounts.enumerated() {
      var blocks: [any Layer] = []
      for block in 0..<blockCount {
        let residual = try ResidualBlock(
          inputs: inputs, width: width << index, stride: block == 0 && index > 0 ? 2 : 1,
          isBottleneck: configuration.depth.isBottleneck, zeroInitResidual: configuration.zeroInitResidual,
          dropPath: configuration.dropPath * Double(done) / Double(blockTotal - 1))
        done += 1
        blocks.append(residual)
        inputs = residual.outputs
      }
      groups.append(Sequential(blocks))
    }
    self.groups = groups
    fc = try configuration.classCount.map { count throws(TorchError) in try Linear(inputs, count) }
  }

  public var featureCount: Int { configuration.featureCount }

  /// The entry, and each residual block.
  public var stages: [[String]] {
    var stages = [["conv1", "bn1"]]
    for (stage, count) in configuration.depth.blockCounts.enumerated() {
      for block in 0..<count { stages.append(["layer\(stage + 1).\(block)"]) }
    }
    stages[stages.count - 1].append("fc")
    return stages
  }

  public var children: [(name: String, module: any Module)] {
    var result: [(name: String, module: any Module)] = [("conv1", conv1), ("bn1", bn1)]
    for (index, group) in groups.enumerated() { result.append(("layer\(index + 1)", group)) }
    if let fc { result.append(("fc", fc)) }
    return result
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    var x = try bn1(conv1(x))
    // In place: nothing else refers to the output of a normalisation, and its backward pass needs only its input.
    try x.relu_()
    if configuration.stem == .imageNet { x = try maxPool2D(x, kernel: 3, stride: 2, padding: 1) }
    for group in groups { x = try group(x) }
    x = try globalAveragePool(x)
    return if let fc { try fc(x) } else { x }
  }
}

/// Two 3×3 convolutions, or 1×1, 3×3, 1×1 around a narrower middle, beside a shortcut.
private final class ResidualBlock: Layer {
  let outputs: Int
  private let convolutions: [Conv2D]
  private let norms: [BatchNorm]
  private let downsample: Sequential?
  private let dropPath: DropPath

  init(
    inputs: Int, width: Int, stride: Int, isBottleneck: Bool, zeroInitResidual: Bool, dropPath: Double
  ) throws(TorchError) {
    self.dropPath = DropPath(dropPath)
    outputs = isBottleneck ? width * 4 : width
    if isBottleneck {
      convolutions = [
        try Conv2D(inputs, width, kernel: 1),
        try Conv2D(width, width, kernel: 3, stride: stride, padding: 1),
        try Conv2D(width, outputs, kernel: 1),
      ]
      norms = [try BatchNorm(width), try BatchNorm(width), try BatchNorm(outputs)]
    } else {
      convolutions = [
        try Conv2D(inputs, width, kernel: 3, stride: stride, padding: 1),
        try Conv2D(width, width, kernel: 3, stride: 1, padding: 1),
      ]
      norms = [try BatchNorm(width), try BatchNorm(width)]
    }
    if zeroInitResidual, let scale = norms.last?.weight {
      try noGrad { () throws(TorchError) in try scale.tensor.zero_() }
    }
    downsample =
      stride != 1 || inputs != outputs
      ? Sequential([try Conv2D(inputs, outputs, kernel: 1, stride: stride), try BatchNorm(outputs)]) : nil
  }

  var children: [(name: String, module: any Module)] {
    var result: [(name: String, module: any Module)] = []
    for index in convolutions.indices {
      result.append(("conv\(index + 1)", convolutions[index]))
      result.append(("bn\(index + 1)", norms[index]))
    }
    if let downsample { result.append(("downsample", downsample)) }
    result.append(("drop_path", dropPath))
    return result
  }

  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    var residual = x
    for (index, (convolution, norm)) in zip(convolutions, norms).enumerated() {
      residual = try norm(convolution(residual))
      if index < convolutions.count - 1 { try residual.relu_() }
    }
    let shortcut = if let downsample { try downsample(x) } else { x }
    residual = try dropPath(residual)
    try residual.add_(shortcut)
    try residual.relu_()
    return residual
  }
}

extension ResNet.Configuration: BackboneSettings {
  public static let stem = OptionKey<Stem>(
    "stem", help: "Entry of a residual network; cifar is for pictures of about 32 pixels. Default: by the image size.")

  public static var family: String { "resNet" }
  public static var options: [RunOption] { [NetworkOptions.width.option, stem.option] }
  public static var models: [BackboneModel] {
    Depth.allCases.map { depth in
      BackboneModel(
        BackboneName(rawValue: depth.rawValue),
        source: "He et al. 2016, arXiv:1512.03385; in torchvision's form, whose weights it takes",
        published: BackboneConfiguration(Self(depth)))
    }
  }

  /// Pictures up to this side are looked at by an entry that does not reduce them.
  static let smallSide = 40

  public init(for request: BackboneProposal) throws(Refusal) {
    guard let depth = Depth(rawValue: request.name.rawValue), request.sample.count == 1, request.sample[0].count == 3
    else { throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut) }
    let shape = request.sample[0]
    self.init(
      depth, stem: request[Self.stem] ?? (max(shape[1], shape[2]) <= Self.smallSide ? .cifar : .imageNet),
      width: request[NetworkOptions.width] ?? 64, inputChannels: shape[0],
      dropPath: request[NetworkOptions.dropPath] ?? 0)
  }

  public mutating func change(as request: BackboneProposal) throws(Refusal) {
    if let depth = Depth(rawValue: request.name.rawValue) { self.depth = depth }
    if let width = request.chosen[NetworkOptions.width] { self.width = width }
    if let stem = request.chosen[Self.stem] { self.stem = stem }
  }

  public func build() throws(TorchError) -> any Backbone { try ResNet(self) }

  public func validate(sample: [[Int]]) throws(SettingError) {
    try checkPicture(sample, channels: inputChannels)
  }

  public var model: BackboneName { BackboneName(rawValue: depth.rawValue) }
  public var title: String { depth.rawValue }
  public var details: String { "\(title) of width \(width) with the \(stem.rawValue) stem" }

  public func droppingPaths(_ probability: Double) -> Self {
    var other = self
    other.dropPath = probability
    return other
  }
}

extension ResNet.Configuration {
  /// Below this, features of a ResNet-18 are fewer than 128.
  private static let leastWidth = 16

  public func smaller() -> Self? {
    guard width / 2 >= Self.leastWidth else { return nil }
    var other = self
    other.width = width / 2
    return other
  }
}

extension ResNet.Configuration: Validated {
  public func validate() throws(SettingError) {
    try check(width, in: 1...1024, "width")
    try check(inputChannels, in: 1...256, "inputChannels")
    if let classCount { try check(classCount, in: 1...65_536, "classCount") }
    try checkPart(dropPath, "dropPath")
    try checkWeights(approximateWeights, width, "width")
  }

  /// Those of the residual blocks: two 3×3 convolutions, or a 3×3 between 1×1 from and to four times the width.
  private var approximateWeights: Double {
    depth.blockCounts.enumerated().reduce(0) { sum, stage in
      let width = Double(width << stage.offset)
      return sum + Double(stage.element) * (depth.isBottleneck ? 17 : 18) * width * width
    }
  }
}
