import Foundation
import Objectives
import TestSupport
import Testing
import Torch

private typealias Cube = [[[Double]]]

private func tensor(_ values: [[[Double]]]) throws -> Tensor {
  try Tensor(values.flatMap { $0.flatMap { $0 } }, shape: [values.count, values[0].count, values[0][0].count])
}

/// Against the definitions in loops, differentiated by PyTorch: `Golden/predictions.py`.
@Suite struct PatchObjectiveTests {
  private struct Golden: Decodable {
    struct MAE: Decodable {
      let restored: Cube
      let patches: Cube
      let loss: Double
      let lossUnscaled: Double
      let gradient: Cube
    }
    struct IJEPA: Decodable {
      let predicted: Cube
      let targets: Cube
      let loss: Double
      let gradient: Cube
    }
    let mae: [MAE]
    let ijepa: [IJEPA]
  }

  private func golden() throws -> Golden { try TestSupport.golden("predictions.json", in: .module) }

  @Test func maskedPatchesAgreeWithTheOracle() throws {
    let cases = try golden().mae
    #expect(cases.count == 3)
    for test in cases {
      let (restored, patches) = (try tensor(test.restored).requireGrad(), try tensor(test.patches).requireGrad())
      let loss = try MaskedPatches()(restored: restored, patches: patches)
      expectClose([try loss.item()], [test.loss], absolute: 1e-9)
      try loss.backward()
      let gradient: [Double] = test.gradient.flatMap { $0.flatMap { $0 } }
      expectClose(try #require(try restored.grad()).values(), gradient, absolute: 1e-9)
      #expect(try patches.grad() == nil)
      let unscaled = try MaskedPatches(normalisesTargets: false)(restored: restored, patches: patches)
      expectClose([try unscaled.item()], [test.lossUnscaled], absolute: 1e-9)
    }
  }

  @Test func latentPredictionAgreesWithTheOracle() throws {
    let cases = try golden().ijepa
    #expect(cases.count == 3)
    for test in cases {
      let (predicted, targets) = (try tensor(test.predicted).requireGrad(), try tensor(test.targets).requireGrad())
      let loss = try LatentPrediction()(predicted, targets)
      expectClose([try loss.item()], [test.loss], absolute: 1e-9)
      try loss.backward()
      let gradient: [Double] = test.gradient.flatMap { $0.flatMap { $0 } }
      expectClose(try #require(try predicted.grad()).values(), gradient, absolute: 1e-9)
      #expect(try targets.grad() == nil)
    }
  }

  /// Brightness and contrast of a patch do not matter to scaled targets; saying nothing costs their variance.
  @Test func closedForms() throws {
    try Runtime.seed(6)
    let (x, y) = (try Tensor.randn([2, 3, 8], .float64), try Tensor.randn([2, 3, 8], .float64))
    let loss = MaskedPatches()
    expectClose(
      [try loss(restored: x, patches: y * 1000 - 700).item()], [try loss(restored: x, patches: y * 1e4).item()],
      absolute: 1e-6)
    // (n − 1) / n of an unbiased variance of 1.
    expectClose([try loss(restored: x * 0, patches: y * 1e4).item()], [7.0 / 8], absolute: 1e-6)
    // Constant patches are scaled to nothing, not to something infinite.
    expectClose([try loss(restored: x, patches: x * 0 + 5).item()], [try x.squared().mean().item()], absolute: 1e-9)
    // Far away the distance is linear: |d| − 1/2.
    let flat = try Tensor([1, -1, 1, -1] as [Double], shape: [1, 1, 4])
    let scale = 1 / (1 + 1e-5).squareRoot()
    expectClose([try LatentPrediction()(flat * 0 + 9, flat).item()], [9 - 0.5], absolute: 1e-9)
    expectClose([try LatentPrediction()(flat * scale, flat * 3).item()], [0], absolute: 1e-9)
  }

  @Test func lowPrecisionIsComparedInFloat32() throws {
    let low = try Tensor.randn([2, 3, 4]).to(dtype: .bfloat16)
    #expect(try MaskedPatches()(restored: low, patches: low).dtype == .float32)
    #expect(try LatentPrediction()(low, low).dtype == .float32)
  }

  @Test func impossibleShapesAreRefused() throws {
    let x = try Tensor.ones([2, 3, 4])
    for other in [[2, 3, 5], [2, 3], [2, 0, 4]] {
      #expect(throws: TorchError.self) { try MaskedPatches()(restored: x, patches: .ones(other)) }
      #expect(throws: TorchError.self) { try LatentPrediction()(x, .ones(other)) }
    }
    #expect(throws: TorchError.self) { try MaskedPatches()(restored: .ones([2, 3, 1]), patches: .ones([2, 3, 1])) }
  }
}
