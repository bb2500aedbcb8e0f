import Samples

/// What an exported network says of its input, for its model card and the metadata of its files.
public struct ExportedInput: Sendable {
  /// The shape of one sample, without the batch; nil where the kind of data cannot say it by one shape.
  public let shape: [Int]?
  /// How a sample becomes that, for people: a sentence or more.
  public let preparation: String
  /// The same for programs, as JSON.
  public let metadata: (any Encodable & Sendable)?
  /// What the kind of data cannot see, a sentence each.
  public let limits: [String]
  /// Where the input is a picture.
  public let picture: Picture?

  /// A square picture: what timm's `pretrained_cfg` says of it.
  public struct Picture: Sendable, Encodable, Equatable {
    /// [channels, side, side]
    public let inputSize: [Int]
    public let mean: [Float]
    public let std: [Float]
    public let interpolation: String
    /// The shorter side becomes the view's side, and the central square is kept.
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
    shape: [Int]? = nil, preparation: String, metadata: (any Encodable & Sendable)? = nil, limits: [String] = [],
    picture: Picture? = nil
  ) {
    self.shape = shape
    self.preparation = preparation
    self.metadata = metadata
    self.limits = limits
    self.picture = picture
  }
}
