import Backbones
import Layers
import TestSupport
import Testing
import Torch

/// Of a network with batch normalisation, so that there are buffers too.
@Suite struct MovingAverageTests {
  private func network() throws -> ResNet { try ResNet(.init(.resNet18, stem: .cifar, width: 2)) }

  @Test func itStartsAsACopyThatIsNotTrained() throws {
    try Runtime.seed(1)
    let student = try network()
    _ = try student(.randn([4, 3, 8, 8]))
    let teacher = try MovingAverage(network(), following: student)
    for (own, followed) in try zip(teacher.state(), student.state()) {
      #expect(own.name == followed.name)
      try expectClose(own.tensor, followed.tensor, absolute: 0, own.name)
    }
    #expect(teacher.trainedParameters.isEmpty && !student.trainedParameters.isEmpty)
    // A copy: changes of one do not change the other.
    let before = try #require(teacher.namedParameters.first).parameter.tensor.values() as [Double]
    try noGrad { try #require(student.namedParameters.first).parameter.tensor.zero_() }
    #expect(try #require(teacher.namedParameters.first).parameter.tensor.values() == before)
  }

  /// m θ′ + (1 − m) θ in float64, step by step; the teacher has running statistics of its own.
  @Test func everyStepFollowsTheDefinition() throws {
    try Runtime.seed(2)
    let student = try network()
    let teacher = try MovingAverage(network(), following: student)
    try student.move(to: .cpu)
    try teacher.move(to: .cpu)
    var expected = try teacher.namedParameters.map { try $0.parameter.tensor.values() as [Double] }
    let statistics = try teacher.namedBuffers.map { try $0.buffer.tensor.to(dtype: .float64).values() as [Double] }
    for momentum in [0.9, 0.5, 1, 0] {
      try noGrad {
        for (_, parameter) in student.namedParameters { try parameter.tensor.add_(.randn(parameter.tensor.shape)) }
      }
      _ = try student(.randn([4, 3, 8, 8]))
      try teacher.follow(momentum: momentum)
      for (index, (name, parameter)) in student.namedParameters.enumerated() {
        let followed = try parameter.tensor.values() as [Double]
        expected[index] = zip(expected[index], followed).map { momentum * $0 + (1 - momentum) * $1 }
        expectClose(
          try teacher.namedParameters[index].parameter.tensor.values(), expected[index], absolute: 1e-5, name)
      }
    }
    for (index, (name, buffer)) in teacher.namedBuffers.enumerated() {
      expectClose(try buffer.tensor.to(dtype: .float64).values(), statistics[index], absolute: 0, name)
    }
  }

  @Test func anotherArchitectureIsRefused() throws {
    #expect(throws: TorchError.self) {
      try MovingAverage(ResNet(.init(.resNet18, stem: .cifar, width: 3)), following: network())
    }
    #expect(throws: TorchError.self) { try MovingAverage(ResNet(.init(.resNet50, width: 2)), following: network()) }
  }
}
