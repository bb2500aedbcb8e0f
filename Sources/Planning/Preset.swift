import Backbones
import Datasets
import Methods
import Training
import Views

/// Numbers that were published, or measured, together. Named after their source.
public struct Preset: Sendable {
  public enum Name: String, CaseIterable, Sendable, Codable {
    case simclr
    case simclrCIFAR = "simclr-cifar"
    case small
    case mocoV2 = "moco-v2"
    case mocoV2Small = "moco-v2-small"
    case mocoV3 = "moco-v3"
    case mocoV3Small = "moco-v3-small"
    case supconCIFAR = "supcon-cifar"
    case supconSmall = "supcon-small"
    case dcl
    case dclSmall = "dcl-small"
    case byol
    case byolSmall = "byol-small"
    case simsiam
    case simsiamSmall = "simsiam-small"
    case barlowTwins = "barlow-twins"
    case barlowTwinsSmall = "barlow-twins-small"
    case vicreg
    case vicregSmall = "vicreg-small"
    case rotationCIFAR = "rotation-cifar"
    case rotationSmall = "rotation-small"
    case jigsaw
    case jigsawSmall = "jigsaw-small"
    case swav
    case swav256 = "swav-256"
    case swavSmall = "swav-small"
    case dino
    case dinoSmall = "dino-small"
    case mae
    case maeSmall = "mae-small"
    case ijepa = "i-jepa"
    case ijepaSmall = "i-jepa-small"
    case scarf
    case vime
    case simclrTable = "simclr-table"
    case mocoV2Table = "moco-v2-table"
    case mocoV3Table = "moco-v3-table"
    case supconTable = "supcon-table"
    case dclTable = "dcl-table"
    case byolTable = "byol-table"
    case simsiamTable = "simsiam-table"
    case barlowTwinsTable = "barlow-twins-table"
    case vicregTable = "vicreg-table"
  }

  /// What the numbers say of the views; one case a kind of data.
  public enum Input: Sendable {
    case images(views: ImageRecipe.Name, imageSize: Int)
    /// Width and layers of the perceptron; a width of nil is that of the table.
    case table(corruption: RowCorruption, scaling: NumberEncoding.Scaling, layers: Int, width: Int?)
  }

  /// What is done where a run would have only few steps of the preset's batch; see docs/benchmarks.md, "A run of few
  /// steps".
  public struct ShortRun: Sendable {
    /// Fewer steps than this are few.
    public let steps: Int
    /// Where the preset's would be larger.
    public let batchSize: Int
    /// Of the base learning rate.
    public let rateShare: Double
    /// The lower, the more the nearest of the others count.
    public let temperature: Double
  }

  /// Sizes that the data and the network give, and that the numbers of a method may depend on.
  public struct Sizes: Sendable {
    /// Of the backbone.
    public let features: Int
    /// Numbers of a sample as a model takes it; 0 where that is no list of numbers.
    public let inputs: Int
    /// Columns of a table; 0 where it is none.
    public let columns: Int

    public init(features: Int, inputs: Int = 0, columns: Int = 0) {
      self.features = features
      self.inputs = inputs
      self.columns = columns
    }
  }

  public let name: Name
  /// Where the numbers come from, in one sentence.
  public let source: String
  /// Measured on few samples in minutes, and not published for many in days.
  public let isSmall: Bool
  public let input: Input
  public let method: MethodName
  public let methodNumbers: @Sendable (Sizes) -> MethodConfiguration
  /// Nil where the numbers are not bound to one: resnet18 for pictures, mlp for tables.
  public let backbone: BackboneName?
  /// Of a residual network's first stage, and blocks of a transformer; nil for what is usual.
  let width: Int?
  let depth: Int?
  /// Of a transformer, where it is other than the method's.
  let pooling: ViT.Configuration.Pooling?
  /// Of a transformer.
  let dropPath: Double
  public let optimizer: OptimizerConfiguration
  public let batchSize: Int
  public let epochs: Int
  public let warmUpEpochs: Double
  /// The warm-up takes no more than this part of a run.
  public let warmUpShare: Double
  /// Where the learning rate ends, as a part of its peak: 0 after a cosine, 1 where it stays.
  public let finalRateShare: Double
  /// Of few samples the batch is halved until an epoch has so many steps.
  public let leastStepsPerEpoch: Int
  /// Nil where nothing else was shown to be better.
  public let shortRun: ShortRun?
  /// What of the source is not done, whatever is asked for.
  public let departures: [String]

  public init(_ name: Name) {
    switch name {
    case .simclr: self = .simclr
    case .simclrCIFAR: self = .simclrCIFAR
    case .small: self = .small
    case .mocoV2: self = .mocoV2
    case .mocoV2Small: self = .mocoV2Small
    case .mocoV3: self = .mocoV3
    case .mocoV3Small: self = .mocoV3Small
    case .supconCIFAR: self = .supconCIFAR
    case .supconSmall: self = .supconSmall
    case .dcl: self = .dcl
    case .dclSmall: self = .dclSmall
    case .byol: self = .byol
    case .byolSmall: self = .byolSmall
    case .simsiam: self = .simsiam
    case .simsiamSmall: self = .simsiamSmall
    case .barlowTwins: self = .barlowTwins
    case .barlowTwinsSmall: self = .barlowTwinsSmall
    case .vicreg: self = .vicreg
    case .vicregSmall: self = .vicregSmall
    case .rotationCIFAR: self = .rotationCIFAR
    case .rotationSmall: self = .rotationSmall
    case .jigsaw: self = .jigsaw
    case .jigsawSmall: self = .jigsawSmall
    case .swav: self = .swav
    case .swav256: self = .swav256
    case .swavSmall: self = .swavSmall
    case .dino: self = .dino
    case .dinoSmall: self = .dinoSmall
    case .mae: self = .mae
    case .maeSmall: self = .maeSmall
    case .ijepa: self = .ijepa
    case .ijepaSmall: self = .ijepaSmall
    case .scarf: self = .scarf
    case .vime: self = .vime
    case .simclrTable: self = .simclrTable
    case .mocoV2Table: self = .mocoV2Table
    case .mocoV3Table: self = .mocoV3Table
    case .supconTable: self = .supconTable
    case .dclTable: self = .dclTable
    case .byolTable: self = .byolTable
    case .simsiamTable: self = .simsiamTable
    case .barlowTwinsTable: self = .barlowTwinsTable
    case .vicregTable: self = .vicregTable
    }
  }

  init<Settings: MethodSettings>(
    _ name: Name, source: String, isSmall: Bool = false, input: Input, method: @escaping @Sendable (Sizes) -> Settings,
    backbone: BackboneName? = nil, width: Int? = nil, depth: Int? = nil, pooling: ViT.Configuration.Pooling? = nil,
    dropPath: Double = 0,
    optimizer: OptimizerConfiguration, batchSize: Int,
    epochs: Int, warmUpEpochs: Double, warmUpShare: Double = 1, finalRateShare: Double = 0,
    leastStepsPerEpoch: Int = 12, shortRun: ShortRun? = nil, departures: [String] = []
  ) {
    self.name = name
    self.source = source
    self.isSmall = isSmall
    self.input = input
    self.method = Settings.name
    methodNumbers = { MethodConfiguration(method($0)) }
    self.backbone = backbone
    self.width = width
    self.depth = depth
    self.pooling = pooling
    self.dropPath = dropPath
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.epochs = epochs
    self.warmUpEpochs = warmUpEpochs
    self.warmUpShare = warmUpShare
    self.finalRateShare = finalRateShare
    self.leastStepsPerEpoch = leastStepsPerEpoch
    self.shortRun = shortRun
    self.departures = departures
  }

  /// Whether the method looks at parts of a picture beside the two views.
  var usesLocalCrops: Bool { methodNumbers(Sizes(features: 1)).viewPlan == .multiCrop }

  static let ofPictures = Name.allCases.filter { if case .images = Preset($0).input { true } else { false } }
  static let ofTables = Name.allCases.filter { if case .table = Preset($0).input { true } else { false } }

  func warmUpSteps(of totalSteps: Int, stepsPerEpoch: Int) -> Int {
    Int(min(warmUpEpochs * Double(stepsPerEpoch), warmUpShare * Double(totalSteps)).rounded())
  }
}
