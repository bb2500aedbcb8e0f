import Foundation
import TestSupport
import Testing
import Torch

@testable import Objectives

/// The losses of LeJEPA and VISReg, against loops in float64 differentiated by PyTorch: `Golden/normal_losses.py`.
@Suite struct NormalLossTests {
  struct Case: Decodable {
    let views: [[[Double]]]
    let directions: [[Double]]
    let globalCount: Int
    let loss: Double
    let gradients: [[[Double]]]
  }

  private static func loss(_ name: String, _ views: [Tensor], _ test: Case) throws -> Tensor {
    let directions = try PairLossTests.matrix(test.directions)
    switch name {
    case "agreement": return try ViewsAgreement()(views, globalCount: test.globalCount)
    case "sketched": return try SketchedGaussianity()(views[0], along: directions)
    case "sliced": return try SlicedNormality()(views[0], along: directions)
    default: throw TorchError(call: name, message: "no such loss")
    }
  }

  /// Both, along random directions.
  private static func losses(_ directions: Int) -> [(Tensor) throws -> Tensor] {
    func random(_ z: Tensor) throws -> Tensor { try RandomDirections.drawn(directions, width: z.shape[1], like: z) }
    return [{ try SketchedGaussianity()($0, along: random($0)) }, { try SlicedNormality()($0, along: random($0)) }]
  }

  @Test(arguments: ["agreement", "sketched", "sliced"])
  func valueAndGradientsAgreeWithTheOracle(_ name: String) throws {
    let all: [String: [Case]] = try golden("normal_losses.json", in: .module)
    for test in try #require(all[name]) {
      let views = try test.views.map { try PairLossTests.matrix($0).requireGrad() }
      let loss = try Self.loss(name, views, test)
      // What arrives from further up is passed on.
      try (loss * 3).backward()
      // The deviation that no division is made by less than changes the last digits of "sliced".
      expectClose([try loss.item()], [test.loss], absolute: 1e-10, relative: 1e-10)
      for (view, expected) in zip(views, test.gradients) {
        expectClose(
          try #require(try view.grad()).values(), expected.flatMap { $0 }.map { 3 * $0 }, absolute: 1e-9, relative: 1e-9
        )
      }
    }
  }

  /// Embeddings of a standard normal distribution are near it; narrow, wide, shifted and collapsed ones are not, and both losses
  /// say in which direction to go.
  @Test func whatIsNormalIsNearest() throws {
    try Runtime.seed(5)
    let normal = try Tensor.randn([400, 8], .float64)
    let others = [
      try normal * 0.5, try normal * 2, try normal + 1, try Tensor.zeros([400, 8], .float64),
      try concatenate([normal.narrowed(1, 0..<1).expanded([400, 8])], dimension: 1),
    ]
    for loss in Self.losses(64) {
      let least = try loss(normal).item()
      for other in others { #expect(try loss(other).item() > 3 * least) }
    }
    let narrow = try (normal * 0.1).requireGrad()
    for loss in Self.losses(64) {
      try narrow.clearGrad()
      try loss(narrow).backward()
      // A step against the gradient spreads them.
      #expect(try (narrow.detach() * #require(try narrow.grad())).sum().item() < 0)
    }
  }

  /// Rotations leave a normal distribution alone, and on average the losses.
  @Test func theMeanOverManyDirectionsDoesNotChangeWithARotation() throws {
    try Runtime.seed(6)
    let z = try Tensor.randn([64, 2], .float64) * 1.5 + 0.3
    let (c, s) = (cos(0.7), sin(0.7))
    let turned = try z.matmul(Tensor([c, s, -s, c], shape: [2, 2]).to(dtype: .float64))
    let loss = Self.losses(20_000)[0]
    expectClose([try loss(z).item()], [try loss(turned).item()], absolute: 0, relative: 0.02)
  }

  /// All embeddings equal: the value and the gradient are numbers.
  @Test(arguments: [Double(0), 3]) func collapsedBatchesHaveAGradient(value: Double) throws {
    try Runtime.seed(7)
    for loss in Self.losses(16) {
      let z = try Tensor.full([6, 4], value).requireGrad()
      let found = try loss(z)
      try found.backward()
      #expect(try found.item().isFinite && #require(try z.grad()).isFinite().allTrue())
    }
  }

  @Test func precisionAndImpossibleBatches() throws {
    let z = try Tensor.randn([4, 3]).to(dtype: .bfloat16)
    for loss in Self.losses(4) { #expect(try loss(z).dtype == .float32) }
    #expect(try ViewsAgreement()([z, z], globalCount: 2).item() == 0)
    #expect(throws: TorchError.self) { try Self.losses(4)[1](z.rows(0..<1)) }
    #expect(throws: TorchError.self) { try SketchedGaussianity()(z.flattened(), along: z) }
    #expect(throws: TorchError.self) { try ViewsAgreement()([z], globalCount: 1) }
    #expect(throws: TorchError.self) { try ViewsAgreement()([z, z.rows(0..<2)], globalCount: 1) }
    #expect(throws: TorchError.self) { try ViewsAgreement()([z, z], globalCount: 3) }
  }

  @Test func nothingLeaks() throws {
    try expectNoLeak {
      let z = try Tensor.randn([6, 4]).requireGrad()
      for loss in Self.losses(8) { try loss(z).backward() }
    }
  }
}
