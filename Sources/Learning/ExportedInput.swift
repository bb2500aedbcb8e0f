import Samples

/// The description of an exported network's input, for its model card and the metadata of its files.
public struct ExportedInput: Sendable {
  /// The shape of one sample, without the batch; nil if samples have no single shape.
  public let shape: [Int]?
  /// Whether the first number of `shape` is only the most: shorter samples end in zeros, or a batch is shorter.
  public let isVarying: Bool
  /// Of samples that are lists of whole numbers: how many numbers there are, from 0; nil for all others.
  public let entries: Int?
  /// How a sample is prepared, in one or more sentences for users.
  public let preparation: String
  /// The preparation for programs, as JSON.
  public let metadata: (any Encodable & Sendable)?
  /// What the input does not show, one sentence each.
  public let limits: [String]
  /// Set if the input is a picture.
  public let picture: Picture?

  /// A square picture, described as in timm's `pretrained_cfg`.
  public struct Picture: Sendable, Encodable, Equatable {
    /// [channels, side, side]
    public let inputSize: [Int]
    public let mean: [Float]
    public let std: [Float]
    public let interpolation: String
    /// The shorter side is resized to the side of the view, and the central square is kept.
    public let cropFraction = 1.0
    public let cropMode = "center"

    enum CodingKeys: String, CodingKey {
      case mean, std, interpolation
      case inputSize = "input_size"
      case cropFraction = "crop_pct"
      case cropMode = "crop_mode"
    }

    public init(inputSize: [Int], mean: [Float], std: [Float], interpolation: String) {
      self.inputSize = inputSize
      self.mean = mean
      self.std = std
      self.interpolation = interpolation
    }
  }

  public init(
    shape: [Int]? = nil, isVarying: Bool = false, entries: Int? = nil, preparation: String,
    metadata: (any Encodable & Sendable)? = nil,
    limits: [String] = [],
    picture: Picture? = nil
  ) {
    self.shape = shape
    self.isVarying = isVarying
    self.entries = entries
    self.preparation = preparation
    self.metadata = metadata
    self.limits = limits
    self.picture = picture
  }
}
