import Evaluation
import Learning
import Training

/// A run in a comparison, with its judgement without labels.
package struct Contender: Codable, Sendable, Equatable {
  /// "simclr, small-3, resnet18", or the path of a run.
  package let name: String
  package let method: MethodName
  package let family: MethodFamily
  /// Widths of the projector's layers; nil if the method has another head.
  package let projector: [Int]?
  package let backbone: String
  /// The parameters of the backbone, which is used after training.
  package let parameterCount: Int
  package let epochs: Double
  package let judgement: LabelFreeJudgement
  /// The alarms of the run's sentinel.
  package let alarms: [String]

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
