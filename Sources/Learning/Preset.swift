import Backbones
import Optimizers
import Settings

/// Settings that were published, or measured, together. A preset is named after its source.
public struct Preset: Sendable {
  /// The name on the command line and in a run's configuration.
  public struct Name: RawRepresentable, Codable, Sendable, Hashable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }
  }

  /// The settings of the data and the network.
  public struct Input: Sendable {
    /// The kind of data; nil if the settings suit any.
    public var kind: String?
    /// Values of the kind's options, and of options that only presets use.
    public var options: OptionValues
    /// Nil for the kind's usual network.
    public var backbone: BackboneName?
    /// Values of the network's options, and of options that only presets use.
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

    /// The same input with another network.
    public func on(_ backbone: BackboneName?, _ options: OptionValues = [:]) -> Input {
      var result = self
      result.backbone = backbone ?? self.backbone
      result.backboneOptions = options.completed(by: backboneOptions)
      return result
    }
  }

  /// Changes for runs that would have only a few steps with the preset's batch; see docs/benchmarks.md, "A run of few
  /// steps".
  public struct ShortRun: Sendable {
    /// The changes apply if there would be fewer steps than this.
    public let steps: Int
    /// The batch size, if the preset's is larger.
    public let batchSize: Int
    /// A factor of the base learning rate.
    public let rateShare: Double
    /// Instead of the preset's; nil to leave it. The lower it is, the more the nearest other samples count.
    public let temperature: Double?

    public init(steps: Int, batchSize: Int, rateShare: Double, temperature: Double? = nil) {
      self.steps = steps
      self.batchSize = batchSize
      self.rateShare = rateShare
      self.temperature = temperature
    }

    /// That of small presets with the small optimiser and no numbers of their own.
    static let usual = ShortRun(steps: 200, batchSize: 64, rateShare: 0.5)
  }

  /// Sizes of the data and the network that the settings of a method may depend on.
  public struct Sizes: Sendable {
    /// The backbone's number of features.
    public let features: Int
    /// Sizes that a kind of data adds, by name: "inputs", "columns".
    public let ofData: [String: Int]

    public init(features: Int, ofData: [String: Int] = [:]) {
      self.features = features
      self.ofData = ofData
    }

    /// 0 if the kind of data has no such size.
    public subscript(name: String) -> Int { ofData[name] ?? 0 }
  }

  public private(set) var name: Name
  /// The source of the settings, as one sentence.
  public let source: String
  /// Whether the settings were measured on few samples in minutes, and not published for large sets.
  public let isSmall: Bool
  public let input: Input
  public private(set) var method: MethodName
  public private(set) var methodNumbers: @Sendable (Sizes) -> MethodConfiguration
  public let optimizer: OptimizerConfiguration
  public let batchSize: Int
  public private(set) var epochs: Int
  public let warmUpEpochs: Double
  /// The warm-up is at most this part of a run.
  public let warmUpShare: Double
  /// The final learning rate as a part of its peak: 0 for a cosine to zero, 1 for a constant rate.
  public let finalRateShare: Double
  /// With few samples the batch is halved until an epoch has this many steps.
  public let leastStepsPerEpoch: Int
  /// Nil if no changes are known to be better, as for presets that were published for many steps.
  public let shortRun: ShortRun?
  /// In runs of fewer steps, features were worse than those of an untrained network on some data; nil if it learns at once,
  /// or nothing is known.
  public let stepsToLearn: Int?
  /// What differs from the source, whatever the user chooses.
  public let departures: [String]

  /// The defaults suit minutes of training on a few thousand samples of any kind.
  public init<Settings: MethodSettings>(
    _ name: Name, source: String, isSmall: Bool = false, input: Input = Input(),
    method: @escaping @Sendable (Sizes) -> Settings, optimizer: OptimizerConfiguration = .small(), batchSize: Int = 256,
    epochs: Int = 100, warmUpEpochs: Double = 10,
    warmUpShare: Double = 1, finalRateShare: Double = 0, leastStepsPerEpoch: Int = 12, shortRun: ShortRun? = nil,
    stepsToLearn: Int? = nil, departures: [String] = []
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
    let suitsUsual = isSmall && optimizer.batchScaling == .squareRoot && batchSize > ShortRun.usual.batchSize
    self.shortRun = shortRun ?? (suitsUsual ? .usual : nil)
    self.stepsToLearn = stepsToLearn
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
    stepsToLearn = nil
    departures = other.departures
  }

  /// The same settings for another kind of data than they were measured on, without views and network.
  public func borrowed(for kind: String, title: String) -> Preset { Preset(self, kind: kind, title: title) }

  /// The same settings with another method.
  package func learning<Settings: MethodSettings>(
    by method: @escaping @Sendable (Sizes) -> Settings, called name: Name
  ) -> Preset {
    var result = self
    result.name = name
    result.method = Settings.name
    result.methodNumbers = { MethodConfiguration(method($0)) }
    return result
  }

  /// The same settings for so many passes over the data, where a kind of data has a rule for it.
  public func lasting(epochs: Int) -> Preset {
    var result = self
    result.epochs = max(1, epochs)
    return result
  }

  public func warmUpSteps(of totalSteps: Int, stepsPerEpoch: Int) -> Int {
    Int(min(warmUpEpochs * Double(stepsPerEpoch), warmUpShare * Double(totalSteps)).rounded())
  }
}

extension OptimizerConfiguration {
  /// The optimiser of the small presets. On the digits with batch 64, SimCLR's kNN accuracy after three epochs was 74 %
  /// at 5e-4 (what linear scaling makes of 2e-3 for batch 256), 82 % at 1e-3, 85 % at 2e-3 and 86 % at 4e-3: hence
  /// square-root scaling, and twice the base.
  public static func small(baseLearningRate: Double = 4e-3) -> OptimizerConfiguration {
    OptimizerConfiguration(
      .adamW, baseLearningRate: baseLearningRate, batchScaling: .squareRoot, weightDecay: 0.01)
  }
}
