import Backbones
import Layers
import Learning
import Objectives
import Optimizers
import Samples
import Settings
import Torch

/// Momentum contrast (He et al. 2020), with the projector and views of its second version (Chen et al. 2020).
///
/// A query from one view has to find the key of the other view among the keys of earlier batches. Keys come from a
/// teacher, a moving average of the network that changes slowly, so keys of earlier batches stay comparable. They are
/// kept in a queue, so their number does not depend on the batch size.
package final class MoCoV2: Method {
  package struct Configuration: ContrastiveSettings {
    /// τ, above 0; 0.2 in MoCo v2.
    package var temperature: Double
    package var projector: Projector.Configuration
    /// The number of keys in the queue: 65,536 on ImageNet, 4,096 in the authors' CIFAR example.
    package var queueLength: Int
    /// The teacher's momentum: 0.999 on ImageNet, 0.99 for runs of few steps.
    package var momentum: ScheduledValue
    /// The number of shuffled groups that the batch of keys is split into; 1 for none. Each group is normalised
    /// separately, so that batch statistics do not reveal the positive key. It replaces the official code's shuffling
    /// between devices.
    package var keyGroups: Int

    package init(
      temperature: Double = 0.2, projector: Projector.Configuration, queueLength: Int = 65_536,
      momentum: ScheduledValue = .constant(0.999), keyGroups: Int = 8
    ) {
      self.temperature = temperature
      self.projector = projector
      self.queueLength = queueLength
      self.momentum = momentum
      self.keyGroups = keyGroups
    }

    package static var name: MethodName { .mocoV2 }
    package static var summary: String {
      "a view has to find the key of the other view among the keys of earlier batches, which a queue keeps"
    }
    package static var paper: String { "He et al. 2020, arXiv:1911.05722; Chen et al. 2020, arXiv:2003.04297" }
    package static var microBatching: MicroBatching {
      .differing("keys are shuffled into groups within a micro-batch, and not over the whole batch")
    }
    package var viewPlan: ViewPlan { .pair }

    package func build(on backbone: BackboneConfiguration) throws(TorchError) -> any Method {
      try MoCoV2(self, on: backbone)
    }
  }

  private let student: Branch
  private let teacher: MovingAverage<Branch>
  private let queue: KeyQueue
  private let momentum: ScheduledValue
  private let keyGroups: Int
  private let objective: QueueContrast

  package init(_ configuration: Configuration, on backbone: BackboneConfiguration) throws(TorchError) {
    student = try Branch(on: backbone, projector: configuration.projector)
    teacher = try MovingAverage(Branch(on: backbone, projector: configuration.projector), following: student)
    queue = try KeyQueue(length: configuration.queueLength, width: student.projector.outputs)
    momentum = configuration.momentum
    keyGroups = configuration.keyGroups
    objective = QueueContrast(temperature: configuration.temperature)
  }

  package var backbone: any Backbone { student.backbone }
  package var children: [(name: String, module: any Module)] {
    student.children + [("teacher", teacher), ("queue", queue)]
  }

  private var world = World.alone

  package func join(_ world: World) {
    self.world = world
    joinChildren(world)
  }

  package func forward(_ views: [ViewBatch], at position: RunPosition) throws(TorchError) -> MethodOutput {
    let query = try student(views[0])
    let key = try noGrad { () throws(TorchError) in try keys(of: views[1]) }
    return MethodOutput(
      features: [query.features, key.features], embeddings: [query.embeddings, key.embeddings],
      predictions: [query.embeddings], targets: [key.embeddings])
  }

  private func keys(of view: ViewBatch) throws(TorchError) -> (features: Tensor, embeddings: Tensor) {
    // Groups have equal sizes, and at least two samples, because a single sample has no statistics.
    let count = world.sharedBatch?.total ?? view.count
    let groups = (1...max(1, min(keyGroups, count / 2))).last { count % $0 == 0 } ?? 1
    guard groups > 1 else {
      teacher.join(world)
      return try teacher.network(view)
    }
    // Each group is normalised by itself.
    teacher.join(.alone)
    // Samples are shuffled over the whole batch, so that groups hold those of all processes.
    let whole = world.sharedBatch == nil ? view : try view.map { tensor throws(TorchError) in try world.whole(tensor) }
    let order = try world.drawnAlike { () throws(TorchError) in try Tensor.permutation(count, on: view.device) }
    let shuffled = try whole.indexed(by: order).chunks(groups)
    let isDivided = world.sharedBatch != nil && groups >= world.size
    let parts = try shuffled[isDivided ? world.part(of: groups) : 0..<groups].map { part throws(TorchError) in
      try teacher.network(part)
    }
    let back = try order.sorted().indices
    func inOrder(_ groupsOfOwn: [Tensor]) throws(TorchError) -> Tensor {
      let own = try concatenate(groupsOfOwn)
      let all = try (isDivided ? world.gathered(own, of: groups) : own).indexed(by: back)
      return world.sharedBatch == nil ? all : try world.own(all)
    }
    return (try inOrder(parts.map(\.features)), try inOrder(parts.map(\.embeddings)))
  }

  package func loss(_ output: MethodOutput, at position: RunPosition) throws(TorchError) -> Tensor {
    try objective(output.predictions[0], output.targets[0], queue: queue.keys.tensor)
  }

  package func afterStep(_ output: MethodOutput, at position: RunPosition) throws(TorchError) {
    try teacher.follow(momentum: momentum(at: position.progress))
    try queue.replaceOldest(with: output.targets[0], step: position.step)
  }
}

extension MethodName {
  public static let mocoV2: MethodName = "moco-v2"
}

extension MethodRequest {
  /// MoCoV2; settings that are nil are the preset's.
  ///
  /// - Parameters:
  ///   - temperature: τ of the loss, from 0.001 to 100.
  ///   - projector: the head between backbone and loss.
  public static func moCoV2(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest(.mocoV2, temperature: temperature, projector: projector)
  }
}

extension MoCoV2.Configuration {
  package static var presets: [Preset] {
    [
      Preset(
        "moco-v2", source: "Chen et al. 2020 on ImageNet in 200 epochs, and facebookresearch/moco",
        input: .pictures(views: "moco-v2", imageSize: 224),
        method: { MoCoV2.Configuration(projector: .mocoV2(features: $0.features)) },
        optimizer: OptimizerConfiguration(.sgd, baseLearningRate: 0.03, weightDecay: 1e-4, excludesBiasAndNorm: false),
        batchSize: 256, epochs: 200, warmUpEpochs: 0,
        departures: ["keys are shuffled between groups of one device (code: between devices)"]),
      // The published projector has no normalisation. With it, embeddings of the digits fell to three effective
      // dimensions within fifty steps. The momentum is lower because a teacher that hardly changes in so few steps
      // gives poor keys.
      smallPair("moco-v2-small") {
        MoCoV2.Configuration(
          projector: .simclr(features: $0.features), queueLength: 512, momentum: .constant(0.9), keyGroups: 4)
      },
    ]
  }
}

extension MoCoV2.Configuration {
  public func validate() throws(SettingError) {
    try checkTemperature(temperature)
    try Settings.validate(projector, under: "projector")
    try check(queueLength, in: 1...1_048_576, "queueLength")
    try checkVectors(queueLength, behind: projector, "queueLength")
    try momentum.validateMomentum(under: "momentum")
    try check(keyGroups, in: 1...1024, "keyGroups")
  }
}
