import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Self-distillation with no labels (Caron et al. 2021; facebookresearch/dino).
///
/// The student sees all views, and the teacher, a moving average of the student, sees the two global ones. From each
/// view the student predicts the teacher's distribution over prototypes for the other views. The teacher's outputs are
/// centred and sharpened, so that it assigns samples neither to one prototype nor evenly to all. Features for later use
/// are those of the teacher's backbone, as in the official evaluation.
package final class DINO: Method {
  package struct Configuration: MethodSettings {
    /// The student's temperature τ.
    package var temperature: Double
    package var teacherTemperature: TeacherTemperature
    package var centreMomentum: Double
    /// The teacher's momentum.
    package var momentum: ScheduledValue
    package var head: PrototypeHead.Configuration
    /// The last layer is frozen for this many epochs.
    package var frozenEpochs: Double

    package init(
      temperature: Double = 0.1, teacherTemperature: TeacherTemperature = .init(), centreMomentum: Double = 0.9,
      momentum: ScheduledValue = .cosine(from: 0.996, to: 1), head: PrototypeHead.Configuration = .dino,
      frozenEpochs: Double = 1
    ) {
      self.temperature = temperature
      self.teacherTemperature = teacherTemperature
      self.centreMomentum = centreMomentum
      self.momentum = momentum
      self.head = head
      self.frozenEpochs = frozenEpochs
    }

    package static var name: MethodName { .dino }
    package static var family: MethodFamily { .selfDistillation }
    package static var summary: String {
      "from any view, a student predicts the prototypes that a teacher, its moving average, assigns to the global views"
    }
    package static var paper: String { "Caron et al. 2021, arXiv:2104.14294" }
    package static var temperaturePath: WritableKeyPath<Self, Double>? { \.temperature }
    package var viewPlan: ViewPlan { .multiCrop }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try DINO(self, on: backbone)
    }
  }

  /// The teacher's temperature τ′. It rises with each epoch from `start` to `end` during `warmUpEpochs` and then stays.
  package struct TeacherTemperature: Codable, Sendable, Equatable {
    package var start: Double
    package var end: Double
    package var warmUpEpochs: Int

    package init(start: Double = 0.04, end: Double = 0.04, warmUpEpochs: Int = 0) {
      self.start = start
      self.end = end
      self.warmUpEpochs = warmUpEpochs
    }

    package func callAsFunction(at position: RunPosition) -> Double {
      let epoch = Int(position.epoch)
      guard epoch < warmUpEpochs else { return end }
      return start + (end - start) * Double(epoch) / Double(max(1, warmUpEpochs - 1))
    }
  }

  /// A backbone and its head.
  private final class Network: Module {
    let backbone: any Backbone
    let head: PrototypeHead

    init(on backbone: BackboneConfiguration, _ head: PrototypeHead.Configuration) throws(TorchError) {
      self.backbone = try backbone.build()
      self.head = try PrototypeHead(inputs: self.backbone.featureCount, head)
    }

    var children: [(name: String, module: any Module)] { [("backbone", backbone), ("head", head)] }

    func callAsFunction(
      _ views: [ViewBatch]
    ) throws(TorchError) -> (features: [Tensor], embeddings: [Tensor], scores: [Tensor]) {
      let features = try forwardBySize(views) { x throws(TorchError) in try backbone(x) }
      let (embeddings, scores) = try head(concatenate(features))
      return (features, try embeddings.chunks(views.count), try scores.chunks(views.count))
    }
  }

  private let student: Network
  private let teacher: MovingAverage<Network>
  private let centre: Buffer
  private let configuration: Configuration
  private let objective: SelfDistillation

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    self.configuration = configuration
    student = try Network(on: backbone, configuration.head)
    teacher = try MovingAverage(Network(on: backbone.droppingPaths(0), configuration.head), following: student)
    centre = Buffer(try .zeros([configuration.head.prototypes]))
    objective = SelfDistillation(temperature: configuration.temperature)
  }

  private static let globalViews = 2

  package var backbone: any Backbone { teacher.network.backbone }
  package var choiceCount: Int? { configuration.head.prototypes }
  package var buffers: [(name: String, buffer: Buffer)] { [("center", centre)] }
  package var children: [(name: String, module: any Module)] { [("student", student), ("teacher", teacher)] }

  package var lossIsMeanOfSamples: Bool { true }
  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  /// Predictions are the student's scores for every view; targets are the teacher's scores for the two global views.
  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let learned = try student(views)
    let taught = try noGrad { () throws(TorchError) in try teacher.network(Array(views.prefix(Self.globalViews))) }
    return MethodOutput(
      features: taught.features, embeddings: Array(learned.embeddings.prefix(Self.globalViews)),
      predictions: learned.scores, targets: taught.scores)
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(
      student: output.predictions, teacher: output.targets, centre: centre.tensor,
      teacherTemperature: configuration.teacherTemperature(at: position))
  }

  package func beforeStep(at position: RunPosition) throws(TorchError) {
    if position.epoch < configuration.frozenEpochs { try student.head.lastLayer.direction.tensor.clearGrad() }
  }

  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    try teacher.follow(momentum: configuration.momentum(at: position.progress))
    let mean = try world.mean(concatenate(output.targets).to(dtype: centre.tensor.dtype).mean([0]))
    try centre.tensor.multiply_(configuration.centreMomentum)
    try centre.tensor.add_(mean, scale: 1 - configuration.centreMomentum)
  }
}

extension MethodName {
  public static let dino: MethodName = "dino"
}

extension MethodRequest {
  /// DINO; settings that are nil are the preset's.
  ///
  /// - Parameter temperature: τ of the loss, from 0.001 to 100.
  public static func dino(temperature: Double? = nil) -> MethodRequest {
    MethodRequest(.dino, temperature: temperature)
  }
}

extension DINO.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "dino", source: "Caron et al. 2021 (DINO) on ImageNet with ViT-S/16, and facebookresearch/dino",
        input: .pictures(views: "dino", imageSize: 224).on("vit-small", ["drop-path": 0.1]),
        method: { _ in DINO.Configuration() },
        optimizer: OptimizerConfiguration(
          .adamW, baseLearningRate: 5e-4, weightDecay: 0.04, finalWeightDecay: 0.4,
          clipping: GradientClipping(.eachParameter, norm: 3)),
        batchSize: 512, epochs: 100, warmUpEpochs: 10, finalRateShare: 1e-3),
      Preset(
        "dino-small",
        source: "dino, scaled down for a few thousand pictures in minutes of training; see docs/benchmarks.md",
        isSmall: true,
        input: .pictures(views: "small", imageSize: 64).on("resnet18", ["width": 32]),
        method: { _ in
          DINO.Configuration(
            momentum: .cosine(from: 0.99, to: 1),
            head: PrototypeHead.Configuration(
              hidden: [512, 512], bottleneck: 128, prototypes: 256, normalizesHidden: true),
            frozenEpochs: 0)
        },
        optimizer: OptimizerConfiguration(
          .adamW, baseLearningRate: 2e-3, weightDecay: 0.04, finalWeightDecay: 0.4,
          clipping: GradientClipping(.eachParameter, norm: 3)),
        // On the digits 700 steps were too few and 1,800 enough.
        batchSize: 128, epochs: 50, warmUpEpochs: 10, warmUpShare: 0.1, stepsToLearn: 1500),
    ]
  }
}

extension DINO.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(teacherTemperature, under: "teacherTemperature")
    try check(centreMomentum, in: 0...1, "centreMomentum")
    try momentum.validateMomentum(under: "momentum")
    try Settings.validate(head, under: "head")
    try check(frozenEpochs, in: 0...1_000_000, "frozenEpochs")
  }
}

extension DINO.TeacherTemperature: Validated {
  public func validate() throws(SettingError) {
    try checkTemperature(start, "start")
    try checkTemperature(end, "end")
    try check(warmUpEpochs, in: 0...1_000_000, "warmUpEpochs")
  }
}
