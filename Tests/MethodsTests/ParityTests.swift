import Backbones
import Foundation
import Layers
import Learning
import Optimizers
import TestSupport
import Testing
import Torch

@testable import Methods
@testable import Training

/// Twenty steps from recorded weights and views, for `scripts/reference/parity` to compare with PyTorch's.
@Suite struct ParityTests {
  static let folder = ProcessInfo.processInfo.environment["SWIFTLET_PARITY"]

  private struct Reference: Decodable {
    struct Configuration: Decodable {
      let method: MethodName
      let optimizer: OptimizerConfiguration.Name
      let learningRate: Double
      let weightDecay: Double
      let eta: Double?
      let biasAndNormRate: Double
      let temperature: Double
      let queue: Int
      let teacherMomentum: Double?
      let redundancy: Double
      let warmUpSteps: Int
      let totalSteps: Int
      let width: Int
      let hidden: Int
      let output: Int
    }
    let configuration: Configuration
    let losses: [Double]
  }

  /// The heads of the papers, narrower.
  private func method(_ given: Reference.Configuration) throws -> MethodConfiguration {
    let (hidden, output) = (given.hidden, given.output)
    let momentum = given.teacherMomentum ?? 0
    func head(_ published: Projector.Configuration, _ widths: [Int]) -> Projector.Configuration {
      var narrower = published
      narrower.widths = widths
      return narrower
    }
    switch given.method {
    case .simclr:
      return MethodConfiguration(
        SimCLR.Configuration(temperature: given.temperature, projector: .init(widths: [hidden, output])))
    case .mocoV2:
      return MethodConfiguration(
        MoCoV2.Configuration(
          temperature: given.temperature, projector: head(.mocoV2(features: 0), [hidden, output]),
          queueLength: given.queue, momentum: .constant(momentum), keyGroups: 1))
    case .byol:
      return MethodConfiguration(
        BYOL.Configuration(
          projector: head(.byol, [hidden, output]), predictor: head(.byolPredictor, [hidden]),
          momentum: .cosine(from: momentum, to: 1)))
    case .simsiam:
      return MethodConfiguration(
        SimSiam.Configuration(
          projector: head(.simsiam, [hidden, hidden, output]), predictor: head(.simsiamPredictor, [hidden / 4])))
    case .barlowTwins:
      return MethodConfiguration(
        BarlowTwins.Configuration(
          redundancyWeight: given.redundancy, projector: head(.barlowTwins, [hidden, hidden, output])))
    case .vicreg:
      return MethodConfiguration(VICReg.Configuration(projector: head(.vicreg, [hidden, hidden, output])))
    case .nnclr:
      return MethodConfiguration(
        NNCLR.Configuration(
          temperature: given.temperature, projector: head(.nnclr, [hidden, hidden, output]),
          predictor: head(.byolPredictor, [hidden]), queueLength: given.queue))
    case .leJEPA:
      return MethodConfiguration(
        LeJEPA.Configuration(directions: 64, projector: head(.leJEPA, [hidden, hidden, output])))
    case .visreg:
      return MethodConfiguration(
        VISReg.Configuration(directions: 64, projector: head(.leJEPA, [hidden, hidden, output])))
    default: throw TorchError(call: "parity", message: "no reference for \(given.method.rawValue)")
    }
  }

  @Test(
    .enabled(if: folder != nil),
    arguments: [
      "sgd", "adamw", "lars", "moco-v2", "byol", "simsiam", "barlow-twins", "vicreg", "nnclr", "lejepa", "visreg",
    ])
  func twentyStepsAgreeWithPyTorch(_ name: String) throws {
    let folder = try #require(Self.folder)
    let reference = try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).json")))
    let given = reference.configuration
    let method = try self.method(given).build(
      on: BackboneConfiguration(ResNet.Configuration(.resNet18, stem: .cifar, width: given.width)))
    let initial = given.method == .simclr ? "initial" : "initial-\(name)"
    try method.load(Safetensors.read("\(folder)/\(initial).safetensors"))
    try method.move(to: .cpu)
    let optimizer = try OptimizerConfiguration(
      given.optimizer, baseLearningRate: given.learningRate, weightDecay: given.weightDecay,
      trustCoefficient: given.eta, biasAndNormRate: given.biasAndNormRate
    ).build(method.trainedParameters, atPeakRate: method.parametersAtPeakRate)
    let schedule = Schedule(peak: given.learningRate, warmUpSteps: given.warmUpSteps, totalSteps: given.totalSteps)
    let views = try Safetensors.read(folder + "/views.safetensors")
    var losses: [Double] = []
    for step in 0..<given.totalSteps {
      let pair = try (0..<2).map { try #require(views["step\(step).view\($0)"]).to(format: .channelsLast) }
      let position = RunPosition(step: step, totalSteps: given.totalSteps, stepsPerEpoch: given.totalSteps)
      try Runtime.seed(UInt64(step))
      let output = try method.forward(pair, at: position)
      let loss = try method.loss(output, at: position)
      try method.clearGradients()
      try loss.backward()
      try optimizer.step(
        StepRates(learning: schedule.learningRate(at: step), peak: schedule.peak, weightDecay: given.weightDecay))
      try noGrad { () throws(TorchError) in try method.afterStep(output, at: position) }
      losses.append(try loss.item())
    }
    expectClose(losses, reference.losses, absolute: 0, relative: 1e-3)
    try JSONEncoder().encode(["losses": losses]).write(to: URL(fileURLWithPath: "\(folder)/swiftlet-\(name).json"))
    try Safetensors.write(method.state(), to: "\(folder)/swiftlet-\(name).safetensors")
    let expected = try Safetensors.read("\(folder)/\(name).safetensors")
    for (name, tensor) in try method.state() where tensor.dtype == .float32 {
      let target = try #require(expected[name])
      let difference = try (tensor - target).norm().item() / max(target.norm().item(), 1e-12)
      #expect(difference < 1e-3, "\(name) differs by \(difference)")
    }
  }
}
