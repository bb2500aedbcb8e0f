import Foundation
import Objectives
import TestSupport
import Testing
import Torch

private typealias Matrix = [[Double]]

private func tensor(_ rows: [[Double]]) throws -> Tensor {
  try Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
}

/// Against the definitions in loops and lightly's losses, differentiated by PyTorch: `Golden/prototypes.py`.
@Suite struct PrototypeObjectiveTests {
  private struct Golden: Decodable {
    struct SwAV: Decodable {
      let scores: [Matrix]
      let codes: [Matrix]
      let temperature: Double
      let loss: Double
      let gradients: [Matrix]
    }
    struct DINO: Decodable {
      let student: [Matrix]
      let teacher: [Matrix]
      let centre: [Double]
      let temperature: Double
      let teacherTemperature: Double
      let loss: Double
      let gradients: [Matrix]
    }
    struct Assignment: Decodable {
      let scores: Matrix
      let epsilon: Double
      let iterations: Int
      let codes: Matrix
    }
    let swav: [SwAV]
    let dino: [DINO]
    let sinkhorn: [Assignment]
  }

  private func golden() throws -> Golden { try TestSupport.golden("prototypes.json", in: .module) }

  @Test func swappedPredictionAgreesWithTheOracle() throws {
    let cases = try golden().swav
    #expect(cases.count == 4)
    for test in cases {
      let scores = try test.scores.map { try tensor($0).requireGrad() }
      let codes = try test.codes.map(tensor)
      let loss = try SwappedPrediction(temperature: test.temperature)(scores, codes: codes)
      expectClose([try loss.item()], [test.loss], absolute: 1e-9)
      try loss.backward()
      for (score, gradient) in zip(scores, test.gradients) {
        expectClose(try #require(try score.grad()).values(), gradient.flatMap { $0 }, absolute: 1e-9)
      }
    }
  }

  @Test func selfDistillationAgreesWithTheOracle() throws {
    let cases = try golden().dino
    #expect(cases.count == 4)
    for test in cases {
      let student = try test.student.map { try tensor($0).requireGrad() }
      let teacher = try test.teacher.map { try tensor($0).requireGrad() }
      let loss = try SelfDistillation(temperature: test.temperature)(
        student: student, teacher: teacher, centre: Tensor(test.centre), teacherTemperature: test.teacherTemperature)
      expectClose([try loss.item()], [test.loss], absolute: 1e-9)
      try loss.backward()
      for (output, gradient) in zip(student, test.gradients) {
        expectClose(try #require(try output.grad()).values(), gradient.flatMap { $0 }, absolute: 1e-9)
      }
      for output in teacher { #expect(try output.grad() == nil) }
    }
  }

  @Test func sinkhornAgreesWithTheOracle() throws {
    let cases = try golden().sinkhorn
    #expect(cases.count == 8)
    for test in cases {
      let codes = try sinkhorn(tensor(test.scores), epsilon: test.epsilon, iterations: test.iterations)
      expectClose(try codes.values(), test.codes.flatMap { $0 }, absolute: 1e-10)
    }
  }

  /// Every sample is assigned once, and every prototype gets its share of the samples.
  @Test func assignmentsAreEven() throws {
    try Runtime.seed(2)
    let scores = try normalized(Tensor.randn([40, 16], .float64)).matmul(normalized(.randn([16, 10], .float64)))
    for iterations in [1, 3, 200] {
      let codes = try sinkhorn(scores.clamped(atLeast: -1), epsilon: 0.05, iterations: iterations)
      expectClose(try codes.sum([1]).values(), Array(repeating: 1, count: 40), absolute: 1e-12)
      if iterations == 200 {
        expectClose(try codes.sum([0]).values(), Array(repeating: 4, count: 10), absolute: 1e-6)
      }
    }
    // A bonus that a prototype has for all samples is taken away again, and so is one of a sample for all prototypes.
    let offsets = try Tensor.randn([1, 10], .float64) * 0.1 + Tensor.randn([40, 1], .float64) * 0.1
    try expectClose(
      sinkhorn(scores + offsets, iterations: 200), sinkhorn(scores, iterations: 200), absolute: 1e-6)
    // The order of the samples does not matter: a queue may stand before or behind the batch.
    let turned = try concatenate([scores.rows(15..<40), scores.rows(0..<15)])
    try expectClose(
      sinkhorn(turned).rows(25..<40), sinkhorn(scores).rows(0..<15), absolute: 1e-12)
    // Scores that would leave the range of float32.
    #expect(try sinkhorn(Tensor.ones([3, 4]) * 50, epsilon: 0.05).isFinite().allTrue())
  }

  /// For a small ε whole rows of exponentials are 0 in float32.
  @Test(arguments: [0.05, 0.01, 0.001, 1e-5]) func hardAssignmentsAreFiniteInFloat32(_ epsilon: Double) throws {
    try Runtime.seed(3)
    let scores = try normalized(Tensor.randn([64, 16])).matmul(normalized(Tensor.randn([30, 16])).transposed())
    let codes = try sinkhorn(scores, epsilon: epsilon)
    #expect(try codes.isFinite().allTrue())
    expectClose(try codes.sum([1]).values(), Array(repeating: 1, count: 64), absolute: 1e-5)
    let exact = try sinkhorn(scores.to(dtype: .float64), epsilon: epsilon)
    // A score of 1 is rounded by 6e-8 in float32, which ε magnifies.
    try expectClose(codes.to(dtype: .float64), exact, absolute: 2e-6 + 1e-6 / epsilon)
  }

  /// Uniform predictions cost log K whatever the codes; a certain and right one costs nothing.
  @Test func closedForms() throws {
    let uniform = try Tensor.zeros([5, 8], .float64)
    let eye = try Tensor.eye(8, .float64).rows(0..<5)
    let swapped = SwappedPrediction(temperature: 0.3)
    expectClose([try swapped([uniform, uniform, uniform], codes: [eye, eye]).item()], [log(8)], absolute: 1e-12)
    expectClose([try swapped([eye * 100, eye * 100], codes: [eye, eye]).item()], [0], absolute: 1e-9)
    let distillation = SelfDistillation(temperature: 0.1)
    let centre = try Tensor.zeros([8], .float64)
    func loss(_ student: Tensor, _ teacher: Tensor) throws -> Double {
      try distillation(
        student: [student, student], teacher: [teacher, teacher], centre: centre, teacherTemperature: 0.04
      ).item()
    }
    expectClose([try loss(uniform, eye)], [log(8)], absolute: 1e-12)
    expectClose([try loss(eye * 10, eye * 10)], [0], absolute: 1e-9)
  }

  @Test func swappingTheGlobalViewsChangesNothing() throws {
    try Runtime.seed(4)
    let scores = try (0..<4).map { _ in try Tensor.randn([6, 5], .float64) }
    let codes = try scores.prefix(2).map { try sinkhorn($0, epsilon: 0.5) }
    let loss = SwappedPrediction(temperature: 0.1)
    let swapped = [scores[1], scores[0], scores[3], scores[2]]
    expectClose(
      [try loss(swapped, codes: codes.reversed()).item()], [try loss(scores, codes: codes).item()], absolute: 1e-12)
  }

  @Test func lowPrecisionIsComparedInFloat32() throws {
    let low = try Tensor.randn([4, 6]).to(dtype: .bfloat16)
    #expect(try SwappedPrediction(temperature: 1)([low, low], codes: [low]).dtype == .float32)
    let centre = try Tensor.zeros([6])
    #expect(
      try SelfDistillation(temperature: 1)(
        student: [low, low], teacher: [low], centre: centre, teacherTemperature: 1
      ).dtype == .float32)
  }

  @Test func impossibleShapesAreRefused() throws {
    let x = try Tensor.ones([4, 3])
    let loss = SwappedPrediction(temperature: 1)
    #expect(throws: TorchError.self) { try loss([x], codes: [x]) }
    #expect(throws: TorchError.self) { try loss([x, x], codes: []) }
    #expect(throws: TorchError.self) { try loss([x, Tensor.ones([4, 2])], codes: [x]) }
    #expect(throws: TorchError.self) {
      try SelfDistillation(temperature: 1)(student: [x, x], teacher: [x], centre: .zeros([4]), teacherTemperature: 1)
    }
    #expect(throws: TorchError.self) { try sinkhorn(.ones([3])) }
    #expect(throws: TorchError.self) { try sinkhorn(x, epsilon: 0) }
  }
}
