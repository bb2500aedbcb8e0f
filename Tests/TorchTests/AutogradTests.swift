import TestSupport
import Testing
import Torch

@Suite struct AutogradTests {
  @Test func gradientOfAPolynomial() throws {
    let x = try Tensor([1, 2, 3] as [Double]).requireGrad()
    let y = try x.power(3) + x.squared() * 2
    try y.sum().backward()
    expectClose(try #require(try x.grad()).values(), [3 + 4, 12 + 8, 27 + 12], absolute: 1e-12)
  }

  @Test func gradientsAccumulateUntilCleared() throws {
    let x = try Tensor([2] as [Double]).requireGrad()
    try x.squared().sum().backward()
    try x.squared().sum().backward()
    expectClose(try #require(try x.grad()).values(), [8], absolute: 0)
    try x.clearGrad()
    #expect(try x.grad() == nil)
  }

  /// Through a tensor that was made by an operation, and where that needs its result to go back, an error and no wrong number.
  @Test func rectifyingInPlaceIsRecorded() throws {
    let x = try Tensor([-1, 2, 3] as [Double]).requireGrad()
    let y = try x * 2
    try y.relu_()
    try y.sum().backward()
    expectClose(try y.values(), [0, 4, 6], absolute: 0)
    expectClose(try #require(try x.grad()).values(), [0, 2, 2], absolute: 0)

    let z = try sigmoid(x)
    try z.relu_()
    #expect(throws: TorchError.self) { try z.sum().backward() }
  }

  @Test func attachedGradientsArriveScaledAndFlowOn() throws {
    let x = try Tensor([1, 2, 3] as [Double]).requireGrad()
    let y = try Tensor([4] as [Double]).requireGrad()
    let doubled = try x * 2
    let value = try Tensor([7] as [Double], shape: []).attaching([
      (doubled, Tensor([1, 10, 100] as [Double])), (y, Tensor([-1] as [Double])),
    ])
    #expect(try value.item() == 7)
    try (value * 5).backward()
    expectClose(try #require(try x.grad()).values(), [10, 100, 1000], absolute: 0)
    expectClose(try #require(try y.grad()).values(), [-5], absolute: 0)
  }

  @Test func attachedGradientsMustFit() throws {
    let x = try Tensor([1, 2] as [Double]).requireGrad()
    let value = try Tensor([7] as [Double], shape: [])
    #expect(throws: TorchError.self) { try value.attaching([(x, Tensor([1] as [Double]))]) }
    #expect(throws: TorchError.self) { try x.attaching([(x, x)]) }
  }

  @Test func noGradRecordsNothingAndRestoresTheMode() throws {
    let x = try Tensor([2] as [Double]).requireGrad()
    let silent = try noGrad { try x.squared() }
    #expect(!silent.requiresGrad)
    #expect(try x.squared().requiresGrad)
    struct Stop: Error {}
    #expect(throws: Stop.self) { try noGrad { throw Stop() } }
    #expect(try x.squared().requiresGrad)
  }

  @Test func autocastComputesInBFloat16AndGradientsArriveInFloat32() throws {
    let weight = try Tensor.randn([4, 3, 3, 3]).requireGrad()
    let images = try Tensor.randn([2, 3, 8, 8]).to(format: .channelsLast)
    // A forward pass without gradients first: its cached casts must not be used by the recorded one.
    _ = try autocast(to: .bfloat16, on: .cpu) { () throws(TorchError) in
      try noGrad { () throws(TorchError) in try conv2D(images, weight: weight, bias: nil, stride: 1, padding: 1) }
    }
    let output = try autocast(to: .bfloat16, on: .cpu) { () throws(TorchError) in
      try conv2D(images, weight: weight, bias: nil, stride: 1, padding: 1)
    }
    #expect(output.dtype == .bfloat16)
    #expect(output.isContiguous(.channelsLast))
    try output.to(dtype: .float32).sum().backward()
    #expect(try weight.grad()?.dtype == .float32)
    #expect(try images.matmul(images).dtype == .float32)
  }

  @Test func anErrorInsideAutocastLeavesIt() throws {
    let a = try Tensor.randn([2, 3])
    #expect(throws: TorchError.self) {
      try autocast(to: .bfloat16, on: .cpu) { () throws(TorchError) in try a.matmul(a) }
    }
    #expect(try a.matmul(a.transposed()).dtype == .float32)
  }

  @Test func seedsRepeat() throws {
    try Runtime.seed(7)
    let first = try Tensor.randn([5]).values(as: Float.self)
    try Runtime.seed(7)
    #expect(try Tensor.randn([5]).values(as: Float.self) == first)
    #expect(try Tensor.randn([5]).values(as: Float.self) != first)
  }
}
