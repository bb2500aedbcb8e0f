import Layers
import Settings
import Torch

/// A vision transformer (Dosovitskiy et al. 2021) as in timm, with its parameter names.
///
/// [batch, inputChannels, height, width] → features [batch, featureCount], or logits if `classCount` is set. Height and
/// width are multiples of the patch size. Positions learned at one size are interpolated for others, as in timm.
///
/// With registers and a layer scale it is the network of DINOv2 (Oquab et al. 2023).
public final class ViT: Backbone, Layer {
  public struct Configuration: Codable, Sendable, Equatable {
    public enum Size: String, Codable, Sendable, CaseIterable {
      case tiny = "vit-tiny"
      case small = "vit-small"
      case base = "vit-base"

      public var width: Int {
        switch self {
        case .tiny: 192
        case .small: 384
        case .base: 768
        }
      }

      /// The number of attention heads; each is 64 wide.
      public var heads: Int { width / 64 }
    }

    public enum Positions: String, Codable, Sendable, CaseIterable, OptionConvertible {
      case learned
      /// Sines and cosines of row and column, not trained: MAE and I-JEPA.
      case fixed
    }

    /// How tokens become the features of the picture.
    public enum Pooling: String, Codable, Sendable, CaseIterable, OptionConvertible {
      /// The class token, an additional token beside the patches.
      case classToken
      /// The mean over the patches, without a class token.
      case patches
    }

    /// The variants of a transformer that methods need.
    public struct Form: Codable, Sendable, Equatable {
      public var positions: Positions
      public var pooling: Pooling

      public init(_ positions: Positions, _ pooling: Pooling) {
        self.positions = positions
        self.pooling = pooling
      }

      /// As in the original paper, DeiT and DINO.
      public static let usual = Form(.learned, .classToken)
    }

    public var size: Size
    /// Side of a patch in pixels.
    public var patchSize: Int
    /// Side in pixels of the pictures that the positions are made for.
    public var imageSize: Int
    public var depth: Int
    public var form: Form
    /// Learned tokens that stand for no patch and are thrown away behind the last block (Darcet et al. 2024), from 1 to 64; nil
    /// for none. With them, positions belong to the patches alone, as where timm has `reg_tokens` and `no_embed_class`.
    public var registers: Int?
    /// What the learned factors behind each branch begin with (Touvron et al. 2021), above 0, at most 1; nil for none. 1e-5 in
    /// DINOv2.
    public var layerScale: Double?
    /// The probability of dropping a branch of the last block in training. It rises linearly from 0 for the first
    /// block.
    public var dropPath: Double
    public var inputChannels: Int
    /// Outputs of a last linear layer `head`; nil for features.
    public var classCount: Int?

    public init(
      _ size: Size, patchSize: Int, imageSize: Int, depth: Int = 12, form: Form = .usual, registers: Int? = nil,
      layerScale: Double? = nil, dropPath: Double = 0, inputChannels: Int = 3, classCount: Int? = nil
    ) {
      self.size = size
      self.patchSize = patchSize
      self.imageSize = imageSize
      self.depth = depth
      self.form = form
      self.registers = registers
      self.layerScale = layerScale
      self.dropPath = dropPath
      self.inputChannels = inputChannels
      self.classCount = classCount
    }

    /// Patches along a side of `imageSize`.
    public var gridSide: Int { patchSize > 0 ? imageSize / patchSize : 0 }

    /// How many tokens before those of the patches have a position: the class token, unless there are registers.
    package var placedTokens: Int { form.pooling == .classToken && registers == nil ? 1 : 0 }
  }

  public let configuration: Configuration
  private let classToken: Parameter?
  private let registers: Parameter?
  private let positions: PositionTable
  private let patchEmbedding: PatchEmbedding
  private let blocks: Sequential
  private let norm: LayerNorm
  private let head: Linear?

  /// - Throws: `TorchError` if the image size is not a multiple of the patch size.
  public init(_ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "ViT")
    let (width, side) = (configuration.size.width, configuration.gridSide)
    self.configuration = configuration
    let hasClassToken = configuration.form.pooling == .classToken
    classToken = hasClassToken ? try Parameter(.normal([1, 1, width], deviation: 0.02)) : nil
    registers = try configuration.registers.map { count throws(TorchError) in
      try Parameter(.normal([1, count, width], deviation: 1e-6))
    }
    let tokens = side * side + configuration.placedTokens
    switch configuration.form.positions {
    case .learned:
      positions = .trained(try Parameter(.normal([1, tokens, width], deviation: 0.02)))
    case .fixed:
      let patches = try sineCosinePositions(width: width, rows: side, columns: side).unsqueezed(0)
      positions = .fixed(
        Buffer(
          configuration.placedTokens > 0 ? try concatenate([.zeros([1, 1, width]), patches], dimension: 1) : patches))
    }
    patchEmbedding = try PatchEmbedding(
      channels: configuration.inputChannels, width: width, patchSize: configuration.patchSize)
    var blocks: [any Layer] = []
    for index in 0..<configuration.depth {
      blocks.append(
        try TransformerBlock(
          width: width, heads: configuration.size.heads,
          dropPath: configuration.dropPath * Double(index) / Double(max(1, configuration.depth - 1)),
          layerScale: configuration.layerScale))
    }
    self.blocks = Sequential(blocks)
    norm = try LayerNorm(width)
    head = try configuration.classCount.map { count throws(TorchError) in try Linear(width, count) }
  }

  public var featureCount: Int { configuration.size.width }

  /// The patch embedding, then each block; the last block comes with the final normalisation.
  public var stages: [[String]] {
    [["cls_token", "reg_token", "pos_embed", "patch_embed"]]
      + (0..<configuration.depth).map { ["blocks.\($0)"] + ($0 == configuration.depth - 1 ? ["norm", "head"] : []) }
  }

  public var parameters: [(name: String, parameter: Parameter)] {
    (classToken.map { [("cls_token", $0)] } ?? []) + (registers.map { [("reg_token", $0)] } ?? [])
      + (positions.parameter.map { [("pos_embed", $0)] } ?? [])
  }

  public var buffers: [(name: String, buffer: Buffer)] { positions.buffer.map { [("pos_embed", $0)] } ?? [] }

  public var children: [(name: String, module: any Module)] {
    [("patch_embed", patchEmbedding), ("blocks", blocks), ("norm", norm)] + (head.map { [("head", $0)] } ?? [])
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    let features = try pooled(encoded(patches(of: x)))
    return if let head { try head(features) } else { features }
  }

  /// A token for each patch, with its position, row by row: [batch, patches, width]. Methods that hide patches drop
  /// tokens here, before `encoded`.
  public func patches(of x: Tensor) throws(TorchError) -> Tensor {
    let grid = try patchEmbedding(x)
    let (rows, columns) = (grid.shape[2], grid.shape[3])
    return try grid.flattened(from: 2).transposed(1, 2) + patchPositions(rows: rows, columns: columns)
  }

  /// Passes all or some patches through all blocks and the final normalisation: [batch, tokens, width]. The class
  /// token, if any, comes first; registers are left out.
  public func encoded(_ patches: Tensor) throws(TorchError) -> Tensor {
    var first: [Tensor] = []
    if let classToken {
      first.append(
        configuration.placedTokens > 0
          ? try classToken.tensor + positions.tensor.narrowed(1, 0..<1) : classToken.tensor)
    }
    if let registers { first.append(registers.tensor) }
    if first.isEmpty { return try norm(blocks(patches)) }
    var tokens: [Tensor] = []
    for token in first {
      tokens.append(
        try token.expanded([patches.shape[0], token.shape[1], featureCount]).to(dtype: patches.dtype))
    }
    return try norm(withoutRegisters(blocks(concatenate(tokens + [patches], dimension: 1))))
  }

  private func withoutRegisters(_ tokens: Tensor) throws(TorchError) -> Tensor {
    guard let registers else { return tokens }
    let before = classToken == nil ? 0 : 1
    let rest = try tokens.narrowed(1, before + registers.tensor.shape[1]..<tokens.shape[1])
    return before == 0 ? rest : try concatenate([tokens.narrowed(1, 0..<1), rest], dimension: 1)
  }

  /// [batch, tokens, width] → [batch, width]
  public func pooled(_ tokens: Tensor) throws(TorchError) -> Tensor {
    switch configuration.form.pooling {
    case .classToken: try tokens.selected(1, 0)
    case .patches: try tokens.mean([1])
    }
  }

  /// [1, rows · columns, width]
  private func patchPositions(rows: Int, columns: Int) throws(TorchError) -> Tensor {
    let (all, side) = (positions.tensor, configuration.gridSide)
    return try ViT.resized(
      all.narrowed(1, all.shape[1] - side * side..<all.shape[1]), side: side, rows: rows, columns: columns)
  }

  /// The positions of the patches of a square [1, side · side, width] for another grid [1, rows · columns, width], by bicubic
  /// interpolation with antialiasing.
  static func resized(_ own: Tensor, side: Int, rows: Int, columns: Int) throws(TorchError) -> Tensor {
    if rows == side, columns == side { return own }
    let grid = try own.reshaped([1, side, side, own.shape[2]]).permuted([0, 3, 1, 2])
    let resized = try resizedBicubic(grid.contiguous(), height: rows, width: columns)
    return try resized.permuted([0, 2, 3, 1]).reshaped([1, rows * columns, own.shape[2]])
  }
}

/// [1, tokens, width], the class token first if it has a position; part of the state under one name, trained or not.
private enum PositionTable {
  case trained(Parameter)
  case fixed(Buffer)

  var parameter: Parameter? { if case .trained(let parameter) = self { parameter } else { nil } }
  var buffer: Buffer? { if case .fixed(let buffer) = self { buffer } else { nil } }

  var tensor: Tensor {
    switch self {
    case .trained(let parameter): parameter.tensor
    case .fixed(let buffer): buffer.tensor
    }
  }
}

/// A convolution whose stride is its kernel: [batch, channels, h, w] → [batch, width, h / patch, w / patch].
private final class PatchEmbedding: Layer {
  private let projection: Projection

  init(channels: Int, width: Int, patchSize: Int) throws(TorchError) {
    projection = try Projection(channels: channels, width: width, patchSize: patchSize)
  }

  var children: [(name: String, module: any Module)] { [("proj", projection)] }

  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    let side = projection.patchSize
    guard x.rank == 4, x.shape[2] >= side, x.shape[3] >= side, x.shape[2].isMultiple(of: side),
      x.shape[3].isMultiple(of: side)
    else {
      throw TorchError(call: "ViT", message: "patches of \(side) pixels do not divide pictures of shape \(x.shape)")
    }
    return try projection(x)
  }

  private final class Projection: Layer {
    let patchSize: Int
    private let weight: Parameter
    private let bias: Parameter

    /// Initialised as in PyTorch's convolution: uniform in ±1/√inputs.
    init(channels: Int, width: Int, patchSize: Int) throws(TorchError) {
      let bound = 1 / Double(channels * patchSize * patchSize).squareRoot()
      self.patchSize = patchSize
      weight = try Parameter(.uniform([width, channels, patchSize, patchSize], -bound...bound))
      bias = try Parameter(.uniform([width], -bound...bound))
    }

    var parameters: [(name: String, parameter: Parameter)] { [("weight", weight), ("bias", bias)] }

    func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
      try conv2D(x, weight: weight.tensor, bias: bias.tensor, stride: patchSize, padding: 0)
    }
  }
}

extension ViT.Configuration: BackboneSettings {
  /// The sides of patches that users may choose.
  package static let patchSizes = [4, 8, 14, 16]

  public static let patchSize = OptionKey<Int>(
    "patch-size", in: 4...16,
    help: "Side in pixels of a transformer's patches: 4, 8, 14 or 16. Default: by the image size.")

  /// 0 for none, also where weights to begin with have some.
  public static let registers = OptionKey<Int>(
    "registers", in: 0...64,
    help: "Tokens of a transformer that stand for no patch, as in DINOv2 with registers. Default: none.")
  public static let layerScale = OptionKey<Double>(
    "layer-scale", in: 0...1,
    help: "What learned factors behind each branch of a transformer begin with, as 1e-5 in DINOv2. Default: none.")

  /// What a method, or a recipe, asks of the form; not for users.
  public static let positions = OptionKey<Positions>("positions", help: "How patches know their place.")
  public static let pooling = OptionKey<Pooling>("pooling", help: "What stands for the picture.")

  public static var family: String { "viT" }
  public static var options: [RunOption] {
    [NetworkOptions.layers.option, patchSize.option, registers.option, layerScale.option]
  }
  public static var models: [BackboneModel] {
    Size.allCases.map { size in
      BackboneModel(
        BackboneName(rawValue: size.rawValue),
        source: "Dosovitskiy et al. 2021, arXiv:2010.11929; in timm's form, whose weights it takes",
        published: BackboneConfiguration(Self(size, patchSize: 16, imageSize: 224)))
    }
  }

  public init(for request: BackboneProposal) throws(Refusal) {
    guard let size = Size(rawValue: request.name.rawValue), request.sample.count == 1, request.sample[0].count == 3
    else { throw Refusal("backbone", request.name.rawValue, "has no meaning for \(request.kind)", .leaveOut) }
    try Self.refuseWidth(request)
    let channels = request.sample[0][0]
    // Positions are made for a square as high or as wide as the shorter side, and interpolated along the other.
    let (side, longer) = (
      min(request.sample[0][1], request.sample[0][2]), max(request.sample[0][1], request.sample[0][2])
    )
    let patch = try Self.patchSize(request[Self.patchSize], imageSize: side)
    guard longer.isMultiple(of: patch) else {
      throw Refusal(
        "backbone", request.name.rawValue,
        "takes sides that are multiples of its patches' \(patch) pixels, not \(longer)",
        .change("choose patches of another size", settings: [Self.patchSize.option.name]))
    }
    self.init(
      size, patchSize: patch, imageSize: side,
      depth: request[NetworkOptions.layers] ?? 12,
      form: Form(request[Self.positions] ?? .learned, request[Self.pooling] ?? .classToken),
      registers: Self.nonzero(request[Self.registers]), layerScale: Self.nonzero(request[Self.layerScale]),
      dropPath: request[NetworkOptions.dropPath] ?? 0, inputChannels: channels)
  }

  public mutating func change(as request: BackboneProposal) throws(Refusal) {
    try Self.refuseWidth(request)
    if let size = Size(rawValue: request.name.rawValue) { self.size = size }
    if let depth = request.chosen[NetworkOptions.layers] { self.depth = depth }
    if let registers = request.chosen[Self.registers] { self.registers = Self.nonzero(registers) }
    if let layerScale = request.chosen[Self.layerScale] { self.layerScale = Self.nonzero(layerScale) }
    if let shape = request.sample.first, shape.count == 3 { imageSize = min(shape[1], shape[2]) }
    patchSize = try Self.patchSize(request.chosen[Self.patchSize] ?? patchSize, imageSize: imageSize)
  }

  private static func nonzero<Number: Numeric>(_ value: Number?) -> Number? { value == 0 ? nil : value }

  private static func refuseWidth(_ request: BackboneProposal) throws(Refusal) {
    try request.refuse(
      NetworkOptions.width.option.name,
      becauseOf: "\(request.name.rawValue), whose width is its size (choose another of "
        + Size.allCases.map(\.rawValue).joined(separator: ", ") + ")")
  }

  /// The one that was asked for, else 4 pixels for pictures of about 32, 8 for about 64, and 16 for larger ones.
  ///
  /// - Throws: `Refusal` where it does not divide the picture.
  private static func patchSize(_ asked: Int?, imageSize: Int) throws(Refusal) -> Int {
    let side = asked ?? (imageSize <= ResNet.Configuration.smallSide ? 4 : imageSize <= 112 ? 8 : 16)
    guard patchSizes.contains(side) else {
      throw Refusal("patch-size", side, "must be 4, 8, 14 or 16")
    }
    guard imageSize.isMultiple(of: side) else {
      let below = imageSize / side * side
      let sizes = (below == 0 ? [] : [below]) + [below + side]
      throw Refusal(
        "image-size", imageSize, "is not a multiple of the patches' \(side) pixels",
        .change(
          "choose \(sizes.map(String.init).joined(separator: " or ")), or patches of another size",
          settings: ["patch-size"]))
    }
    return side
  }

  public func build() throws(TorchError) -> any Backbone { try ViT(self) }

  public func validate(sample: [[Int]]) throws(SettingError) {
    try checkPicture(sample, channels: inputChannels)
    for side in sample[0].dropFirst() where !side.isMultiple(of: patchSize) {
      throw SettingError("patchSize", patchSize, expected: "a divisor of the side of a view, \(side)")
    }
  }

  public var featureCount: Int { size.width }
  public var model: BackboneName { BackboneName(rawValue: size.rawValue) }
  public var title: String { "\(size.rawValue) with patches of \(patchSize)" }
  public var details: String {
    "\(title), \(depth) blocks" + (registers.map { ", \($0) registers" } ?? "")
      + (layerScale == nil ? "" : ", layer scale")
  }
  public var usualDropPath: Double { 0.1 }

  public func droppingPaths(_ probability: Double) -> Self {
    var other = self
    other.dropPath = probability
    return other
  }
}

extension ViT.Configuration: Validated {
  /// Attention compares each patch with all others.
  private static let mostPatches = 16_384

  public func validate() throws(SettingError) {
    try check(patchSize, in: 1...256, "patchSize")
    try check(imageSize, in: 1...4096, "imageSize")
    guard imageSize.isMultiple(of: patchSize) else {
      throw SettingError("imageSize", imageSize, expected: "a multiple of patchSize, \(patchSize)")
    }
    guard gridSide * gridSide <= Self.mostPatches else {
      throw SettingError(
        "patchSize", patchSize,
        expected: "so large that a picture of \(imageSize) has at most \(Self.mostPatches) patches")
    }
    try check(depth, in: 1...64, "depth")
    if let registers { try check(registers, in: 1...64, "registers") }
    if let layerScale { try check(layerScale, above: 0, through: 1, "layerScale") }
    try check(inputChannels, in: 1...256, "inputChannels")
    if let classCount { try check(classCount, in: 1...65_536, "classCount") }
    try checkPart(dropPath, "dropPath")
  }
}
