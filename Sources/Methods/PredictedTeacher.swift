import Backbones
import Layers
import Learning
import Optimizers
import Torch

/// A student with a predictor that predicts the teacher's embedding of one view from the other view. The teacher is a
/// moving average of the student. BYOL and MoCo v3 have this in common.
final class PredictedTeacher: Module {
  let student: Branch
  private let predictor: Projector
  private let teacher: MovingAverage<Branch>
  private let momentum: ScheduledValue

  /// - Parameter predictor: the predictor's hidden layers; its last layer is as wide as the embedding.
  init(
    on backbone: BackboneConfiguration, projector: Projector.Configuration, predictor: Projector.Configuration,
    momentum: ScheduledValue
  ) throws(TorchError) {
    student = try Branch(on: backbone, projector: projector)
    let width = student.projector.outputs
    self.predictor = try Projector(inputs: width, predictor.ending(in: width))
    teacher = try MovingAverage(Branch(on: backbone, projector: projector), following: student)
    self.momentum = momentum
  }

  var children: [(name: String, module: any Module)] {
    student.children + [("predictor", predictor), ("teacher", teacher)]
  }

  /// Each view passes separately, as in the official implementations. The target of a prediction is the teacher's
  /// embedding of the other view.
  func callAsFunction(_ views: [ViewBatch]) throws(TorchError) -> MethodOutput {
    let (first, second) = (try student(views[0]), try student(views[1]))
    let targets = try noGrad { () throws(TorchError) in
      [try teacher.network(views[1]).embeddings, try teacher.network(views[0]).embeddings]
    }
    return MethodOutput(
      features: [first.features, second.features], embeddings: [first.embeddings, second.embeddings],
      predictions: [try predictor(first.embeddings), try predictor(second.embeddings)], targets: targets)
  }

  /// Updates the teacher.
  func follow(at position: RunPosition) throws(TorchError) {
    try teacher.follow(momentum: momentum(at: position.progress))
  }
}
