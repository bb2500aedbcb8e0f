extension Projector.Configuration {
  /// The features themselves.
  public static let identity = Self(widths: [], normalization: .none)

  /// A single linear map.
  public static let linear = Self(widths: [128], normalization: .none, hasBias: true)

  /// SimCLR as published (Chen et al. 2020, section 2): one hidden layer as wide as the features, 128 outputs, with the
  /// batch normalisation that the official code puts after each.
  public static func simclr(features: Int) -> Self { .init(widths: [features, 128]) }

  /// The default of google-research/simclr (v2): two hidden layers, the last normalisation without offset.
  public static func simclrV2(features: Int) -> Self {
    .init(widths: [features, features, 128], lastAffine: .scaleOnly)
  }

  /// MoCo v2 (facebookresearch/moco): one hidden layer, biases, no normalisation.
  public static func mocoV2(features: Int) -> Self {
    .init(widths: [features, 128], normalization: .none, hasBias: true)
  }

  /// MoCo v3 (facebookresearch/moco-v3): hidden layers of 4096, 256 outputs, the last normalisation without parameters;
  /// 2 layers after a residual network, 3 after a vision transformer.
  public static func mocoV3(layers: Int) -> Self {
    .init(widths: Array(repeating: 4096, count: layers - 1) + [256], lastAffine: .none)
  }

  /// BYOL (deepmind-research/byol): one hidden layer of 4096 with bias and normalisation, 256 outputs without either.
  public static let byol = Self(widths: [4096, 256], normalization: .hidden, hasBias: true, lastHasBias: false)

  /// SimSiam (facebookresearch/simsiam): three layers of 2048, the last normalisation without parameters. The official
  /// code keeps a fixed bias before that normalisation; it has no effect and is left out.
  public static let simsiam = Self(widths: [2048, 2048, 2048], lastAffine: .none)

  /// Barlow Twins (facebookresearch/barlowtwins): three layers of 8192 without biases.
  public static let barlowTwins = Self(widths: [8192, 8192, 8192], normalization: .hidden)

  /// The expander of VICReg (facebookresearch/vicreg): three layers of 8192, biases in the hidden ones.
  public static let vicreg = Self(
    widths: [8192, 8192, 8192], normalization: .hidden, hasBias: true, lastHasBias: false)

  /// solo-learn's SimCLR for CIFAR: 2048 hidden, 256 outputs, biases, no normalisation.
  public static let soloLearn = Self(widths: [2048, 256], normalization: .none, hasBias: true)

  /// Two layers for small sets: 512 hidden, 128 outputs.
  public static let small2 = Self(widths: [512, 128], normalization: .hidden)

  /// Three layers for small sets, 512 each.
  public static let small3 = Self(widths: [512, 512, 512], normalization: .hidden)

  /// SimSiam's for small sets: three layers of 512.
  public static let smallSimSiam = Self(widths: [512, 512, 512], lastAffine: .none)

  /// Khosla et al. 2020 (HobbitLong/SupContrast): one hidden layer as wide as the features, biases, no normalisation.
  public static func supcon(features: Int) -> Self { .mocoV2(features: features) }
}

// Predictors. Only the hidden layers are listed: the last layer is as wide as the embedding that is predicted.
extension Projector.Configuration {
  /// BYOL: the same hidden layer as its projector.
  public static let byolPredictor = Self(widths: [4096], normalization: .hidden, hasBias: true, lastHasBias: false)

  /// SimSiam: a bottleneck of 512.
  public static let simsiamPredictor = Self(widths: [512], normalization: .hidden, lastHasBias: true)

  /// For small sets: as wide as the hidden layer of `small2`.
  public static let smallPredictor = Self(widths: [512], normalization: .hidden)

  /// MoCo v3: 4096 hidden. After a residual network there is no last normalisation; after a vision transformer it has
  /// no parameters.
  public static func mocoV3Predictor(normalizesLast: Bool) -> Self {
    .init(widths: [4096], normalization: normalizesLast ? .all : .hidden, lastAffine: .none)
  }
}
