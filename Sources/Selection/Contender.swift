import Evaluation
import Learning
import Training

/// A run in a comparison, and what can be said of it without labels.
public struct Contender: Codable, Sendable, Equatable {
  /// "simclr, small-3, resnet18", or the path of a run.
  public let name: String
  public let method: MethodName
  public let family: MethodFamily
  /// Widths of the head's layers; nil where the method has another.
  public let projector: [Int]?
  public let backbone: String
  /// Of the backbone: what one computes with later.
  public let parameterCount: Int
  public let epochs: Double
  public let judgement: LabelFreeJudgement
  /// What its sentinel said, if anything.
  public let alarms: [String]

  init(
    name: String, _ configuration: RunConfiguration, steps: Int, parameterCount: Int, judgement: LabelFreeJudgement,
    alarms: [String]
  ) {
    self.name = name
    method = configuration.method.name
    family = type(of: configuration.method.settings).family
    projector = configuration.method.projector?.widths
    backbone = configuration.backbone.title
    self.parameterCount = parameterCount
    epochs = Double(steps) / Double(configuration.stepsPerEpoch)
    self.judgement = judgement
    self.alarms = alarms
  }
}
