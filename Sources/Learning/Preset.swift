import Backbones
import Optimizers
import Settings

/// Numbers that were published, or measured, together. Named after their source.
public struct Preset: Sendable {
  /// As on the command line and in a run's configuration.
  public struct Name: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }
  }

  /// What the numbers say of the data and the network.
  public struct Input: Sendable {
    /// The kind of data; nil where the numbers suit any.
    public var kind: String?
    /// Of the kind's options, and of others that only presets use.
    public var options: OptionValues
    /// Nil where the numbers are not bound to one: the kind's usual one.
    public var backbone: BackboneName?
    /// Of the network's options, and of others that only presets use.
    public var backboneOptions: OptionValues

    public init(
      kind: String? = nil, _ options: OptionValues = [:], backbone: BackboneName? = nil,
      backboneOptions: OptionValues = [:]
    ) {
      self.kind = kind
      self.options = options
      self.backbone = backbone
      self.backboneOptions = backboneOptions
    }

    /// The same on another network.
    public func on(_ backbone: BackboneName?, _ options: OptionValues = [:]) -> Input {
      var result = self
      result.backbone = backbone ?? self.backbone
      result.backboneOptions = options.completed(by: backboneOptions)
      return result
    }
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

    public init(steps: Int, batchSize: Int, rateShare: Double, temperature: Double) {
      self.steps = steps
      self.batchSize = batchSize
      self.rateShare = rateShare
      self.temperature = temperature
    }
  }

  /// Sizes that the data and the network give, and that the numbers of a method may depend on.
  public struct Sizes: Sendable {
    /// Of the backbone.
    public let features: Int
    /// What else a kind of data counts, by name: "inputs", "columns".
    public let ofData: [String: Int]

    public init(features: Int, ofData: [String: Int] = [:]) {
      self.features = features
      self.ofData = ofData
    }

    /// 0 where the kind of data does not count this.
    public subscript(name: String) -> Int { ofData[name] ?? 0 }
  }

  public let name: Name
  /// Where the numbers come from, in one sentence.
  public let source: String
  /// Measured on few samples in minutes, and not published for many in days.
  public let isSmall: Bool
  public let input: Input
  public let method: MethodName
  public let methodNumbers: @Sendable (Sizes) -> MethodConfiguration
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

  /// By default for minutes of training on a few thousand samples of any kind.
  public init<Settings: MethodSettings>(
    _ name: Name, source: String, isSmall: Bool = false, input: Input = Input(),
    method: @escaping @Sendable (Sizes) -> Settings, optimizer: OptimizerConfiguration = .small(), batchSize: Int = 256,
    epochs: Int = 100, warmUpEpochs: Double = 10,
    warmUpShare: Double = 1, finalRateShare: Double = 0, leastStepsPerEpoch: Int = 12, shortRun: ShortRun? = nil,
    departures: [String] = []
  ) {
    self.name = name
    self.source = source
    self.isSmall = isSmall
    self.input = input
    self.method = Settings.name
    methodNumbers = { MethodConfiguration(method($0)) }
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

  private init(_ other: Preset, kind: String, title: String) {
    name = other.name
    source = "the numbers of \(other.name.rawValue), which were not measured on \(title)"
    isSmall = other.isSmall
    input = Input(kind: kind)
    method = other.method
    methodNumbers = other.methodNumbers
    optimizer = other.optimizer
    batchSize = other.batchSize
    epochs = other.epochs
    warmUpEpochs = other.warmUpEpochs
    warmUpShare = other.warmUpShare
    finalRateShare = other.finalRateShare
    leastStepsPerEpoch = other.leastStepsPerEpoch
    shortRun = nil
    departures = other.departures
  }

  /// The same numbers for a kind of data that they were not measured on: what they say of views and network is left out.
  ///
  /// - Parameters:
  ///   - kind: its name: "pictures".
  ///   - title: what its samples are, for people.
  public func borrowed(for kind: String, title: String) -> Preset { Preset(self, kind: kind, title: title) }

  public func warmUpSteps(of totalSteps: Int, stepsPerEpoch: Int) -> Int {
    Int(min(warmUpEpochs * Double(stepsPerEpoch), warmUpShare * Double(totalSteps)).rounded())
  }
}

extension OptimizerConfiguration {
  /// Of the small presets. On the digits at batch 64, SimCLR's neighbours were right for 74 % after three epochs at 5e-4,
  /// where a rule of proportion leads from 2e-3 at 256, for 82 % at 1e-3, 85 % at 2e-3 and 86 % at 4e-3: hence the square
  /// root, and twice the base.
  public static func small(baseLearningRate: Double = 4e-3) -> OptimizerConfiguration {
    OptimizerConfiguration(
      .adamW, baseLearningRate: baseLearningRate, batchScaling: .squareRoot, weightDecay: 0.01)
  }
}
