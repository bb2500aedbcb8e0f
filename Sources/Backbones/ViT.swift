import Layers
import Settings
import Torch

/// A vision transformer (Dosovitskiy et al. 2021) in the form of timm's, whose parameter names it shares.
///
/// [batch, inputChannels, height, width] → features [batch, featureCount], or logits where `classCount` is given. Height
/// and width are multiples of the patch size; positions learned at one size are interpolated for others, as timm does.
public final class ViT: Backbone {
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

      /// Of 64 numbers each.
      public var heads: Int { width / 64 }
    }

    public enum Positions: String, Codable, Sendable {
      case learned
      /// Sines and cosines of row and column, not trained: MAE and I-JEPA.
      case fixed
    }

    /// What stands for the picture.
    public enum Pooling: String, Codable, Sendable {
      /// A token of its own, beside the patches.
      case classToken
      /// The mean over the patches; there is no token beside them.
      case patches
    }

    /// What methods differ in.
    public struct Form: Codable, Sendable, Equatable {
      public var positions: Positions
      public var pooling: Pooling

      public init(_ positions: Positions, _ pooling: Pooling) {
        self.positions = positions
        self.pooling = pooling
      }

      /// Of the paper, DeiT and DINO.
      public static let usual = Form(.learned, .classToken)
    }

    public var size: Size
    /// Side of a patch in pixels.
    public var patchSize: Int
    /// Side of the pictures for which there is a position each, in pixels.
    public var imageSize: Int
    public var depth: Int
    public var form: Form
    /// Of the last block; the first has 0, and those between rise linearly.
    public var dropPath: Double
    public var inputChannels: Int
    /// Outputs of a last linear layer `head`; nil for features.
    public var classCount: Int?

    public init(
      _ size: Size, patchSize: Int, imageSize: Int, depth: Int = 12, form: Form = .usual, dropPath: Double = 0,
      inputChannels: Int = 3, classCount: Int? = nil
    ) {
      self.size = size
      self.patchSize = patchSize
      self.imageSize = imageSize
      self.depth = depth
      self.form = form
      self.dropPath = dropPath
      self.inputChannels = inputChannels
      self.classCount = classCount
    }

    /// Patches along a side of `imageSize`.
    public var gridSide: Int { patchSize > 0 ? imageSize / patchSize : 0 }
  }

  public let configuration: Configuration
  private let classToken: Parameter?
  private let positions: PositionTable
  private let patchEmbedding: PatchEmbedding
  private let blocks: Sequential
  private let norm: LayerNorm
  private let head: Linear?

  /// - Throws: `TorchError`, also where a number makes no sense: where patches do not divide the picture.
  public init(_ configuration: Configuration) throws(TorchError) {
    try configuration.validate(for: "ViT")
    let (width, side) = (configuration.size.width, configuration.gridSide)
    self.configuration = configuration
    let hasClassToken = configuration.form.pooling == .classToken
    classToken = hasClassToken ? try Parameter(.normal([1, 1, width], deviation: 0.02)) : nil
    let tokens = side * side + (hasClassToken ? 1 : 0)
    switch configuration.form.positions {
    case .learned:
      positions = .trained(try Parameter(.normal([1, tokens, width], deviation: 0.02)))
    case .fixed:
      let patches = try sineCosinePositions(width: width, rows: side, columns: side).unsqueezed(0)
      positions = .fixed(
        Buffer(hasClassToken ? try concatenate([.zeros([1, 1, width]), patches], dimension: 1) : patches))
    }
    patchEmbedding = try PatchEmbedding(
      channels: configuration.inputChannels, width: width, patchSize: configuration.patchSize)
    var blocks: [any Layer] = []
    for index in 0..<configuration.depth {
      blocks.append(
        try TransformerBlock(
          width: width, heads: configuration.size.heads,
          dropPath: configuration.dropPath * Double(index) / Double(max(1, configuration.depth - 1))))
    }
    self.blocks = Sequential(blocks)
    norm = try LayerNorm(width)
    head = try configuration.classCount.map { count throws(TorchError) in try Linear(width, count) }
  }

  public var featureCount: Int { configuration.size.width }

  /// The embedding, each block, and with the last block the normalisation.
  public var stages: [[String]] {
    [["cls_token", "pos_embed", "patch_embed"]]
      + (0..<configuration.depth).map { ["blocks.\($0)"] + ($0 == configuration.depth - 1 ? ["norm", "head"] : []) }
  }

  public var parameters: [(name: String, parameter: Parameter)] {
    (classToken.map { [("cls_token", $0)] } ?? []) + (positions.parameter.map { [("pos_embed", $0)] } ?? [])
  }

  public var buffers: [(name: String, buffer: Buffer)] { positions.buffer.map { [("pos_embed", $0)] } ?? [] }

  public var children: [(name: String, module: any Module)] {
    [("patch_embed", patchEmbedding), ("blocks", blocks), ("norm", norm)] + (head.map { [("head", $0)] } ?? [])
  }

  public func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    let features = try pooled(encoded(patches(of: x)))
    return if let head { try head(features) } else { features }
  }

  /// A token for each patch with its position, row by row: [batch, patches, width]. What may be left out is left out
  /// here, before `encoded`.
  public func patches(of x: Tensor) throws(TorchError) -> Tensor {
    let grid = try patchEmbedding(x)
    let (rows, columns) = (grid.shape[2], grid.shape[3])
    return try grid.flattened(from: 2).transposed(1, 2) + patchPositions(rows: rows, columns: columns)
  }

  /// Passes patches, all or some, through all blocks and the last normalisation: [batch, tokens, width], the class
  /// token first where there is one.
  public func encoded(_ patches: Tensor) throws(TorchError) -> Tensor {
    guard let classToken else { return try norm(blocks(patches)) }
    let first = try classToken.tensor + positions.tensor.narrowed(1, 0..<1)
    let tokens = try concatenate(
      [first.expanded([patches.shape[0], 1, featureCount]).to(dtype: patches.dtype), patches], dimension: 1)
    return try norm(blocks(tokens))
  }

  /// [batch, tokens, width] → [batch, width]
  public func pooled(_ tokens: Tensor) throws(TorchError) -> Tensor {
    switch configuration.form.pooling {
    case .classToken: try tokens.selected(1, 0)
    case .patches: try tokens.mean([1])
    }
  }

  /// [1, rows · columns, width]; where the grid is another, by bicubic interpolation with antialiasing.
  private func patchPositions(rows: Int, columns: Int) throws(TorchError) -> Tensor {
    let side = configuration.gridSide
    let all = positions.tensor
    let own = try all.narrowed(1, all.shape[1] - side * side..<all.shape[1])
    if rows == side, columns == side { return own }
    let grid = try own.reshaped([1, side, side, featureCount]).permuted([0, 3, 1, 2])
    let resized = try resizedBicubic(grid.contiguous(), height: rows, width: columns)
    return try resized.permuted([0, 2, 3, 1]).reshaped([1, rows * columns, featureCount])
  }
}

/// [1, tokens, width], the class token's first; a part of the state under one name, trained or not.
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

    /// As PyTorch's convolution: uniform in ±1/√inputs.
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
    try check(inputChannels, in: 1...256, "inputChannels")
    if let classCount { try check(classCount, in: 1...65_536, "classCount") }
    try checkPart(dropPath, "dropPath")
  }
}
