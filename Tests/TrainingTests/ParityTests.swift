import Backbones
import Foundation
import Layers
import Methods
import TestSupport
import Testing
import Torch

@testable import Training

/// Twenty steps from recorded weights and views, for `scripts/reference/parity` to compare with PyTorch's.
@Suite struct ParityTests {
  static let folder = ProcessInfo.processInfo.environment["SWIFTLET_PARITY"]

  private struct Reference: Decodable {
    struct Configuration: Decodable {
      let optimizer: OptimizerConfiguration.Name
      let learningRate: Double
      let weightDecay: Double
      let eta: Double?
      let temperature: Double
      let warmUpSteps: Int
      let totalSteps: Int
      let width: Int
      let hidden: Int
      let output: Int
    }
    let configuration: Configuration
    let losses: [Double]
  }

  @Test(.enabled(if: folder != nil), arguments: ["sgd", "adamw", "lars"])
  func twentyStepsAgreeWithPyTorch(_ name: String) throws {
    let folder = try #require(Self.folder)
    let reference = try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).json")))
    let given = reference.configuration
    let method = try SimCLR(
      .init(temperature: given.temperature, projector: .init(widths: [given.hidden, given.output])),
      backbone: ResNet(.init(.resNet18, stem: .cifar, width: given.width)))
    try method.load(Safetensors.read(folder + "/initial.safetensors"))
    try method.move(to: .cpu)
    let optimizer = try OptimizerConfiguration(
      given.optimizer, baseLearningRate: given.learningRate, weightDecay: given.weightDecay,
      trustCoefficient: given.eta
    ).build(method.trainedParameters)
    let schedule = Schedule(peak: given.learningRate, warmUpSteps: given.warmUpSteps, totalSteps: given.totalSteps)
    let views = try Safetensors.read(folder + "/views.safetensors")
    var losses: [Double] = []
    for step in 0..<given.totalSteps {
      let pair = try (0..<2).map { try #require(views["step\(step).view\($0)"]).to(format: .channelsLast) }
      let moment = Moment(step: step, totalSteps: given.totalSteps, stepsPerEpoch: given.totalSteps)
      let loss = try method.loss(method.forward(pair, at: moment), at: moment)
      try method.clearGradients()
      try loss.backward()
      try optimizer.step(learningRate: schedule.learningRate(at: step))
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
