import TestSupport
import Testing
import Torch

@Suite struct TensorTests {
  @Test func valuesSurviveTheRoundTrip() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.dtype == .float32)
    #expect(try tensor.values(as: Float.self) == [1, 2, 3, 4, 5, 6])
    #expect(try tensor.transposed().values(as: Float.self) == [1, 4, 2, 5, 3, 6])
    #expect(try tensor.values(as: Int64.self) == [1, 2, 3, 4, 5, 6])
    #expect(try Tensor([Float](), shape: [0, 3]).values(as: Float.self).isEmpty)
  }

  @Test func shapeAndCountMustAgree() {
    #expect(throws: TorchError.self) { try Tensor([1, 2, 3] as [Float], shape: [2, 2]) }
    #expect(throws: TorchError.self) { try Tensor([1] as [Float], shape: [-1, -1]) }
  }

  @Test func aMismatchNamesTheOperatorAndBothShapes() throws {
    let a = try Tensor.zeros([2, 3])
    let b = try Tensor.zeros([4, 5])
    do {
      _ = try a.matmul(b)
      Issue.record("no error")
    } catch {
      #expect(error.call == "aten::matmul")
      #expect(error.message.contains("2x3") && error.message.contains("4x5"))
    }
  }

  @Test func anUnknownOperatorIsAnError() {
    let missing = Operator("no_such_operator")
    #expect(throws: TorchError.self) { try missing(1) }
  }

  @Test func aWrongArgumentIsRefusedByName() throws {
    let matmul = Operator("matmul")
    let tensor = try Tensor.zeros([2, 2])
    do {
      try matmul(.tensor(tensor), 3)
      Issue.record("no error")
    } catch {
      #expect(error.message.contains("other"))
    }
    #expect(throws: TorchError.self) { try matmul(.tensor(tensor)) }
    #expect(throws: TorchError.self) { try matmul(.tensor(tensor), .tensor(tensor), 1) }
  }

  @Test func memoryOfOthersIsReleasedWithTheLastTensor() throws {
    final class Owner {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 24, alignment: 16)
      let onRelease: () -> Void
      init(_ onRelease: @escaping () -> Void) { self.onRelease = onRelease }
      deinit {
        memory.deallocate()
        onRelease()
      }
    }
    var isReleased = false
    do {
      var view: Tensor?
      do {
        let owner = Owner { isReleased = true }
        for (index, value) in [Float](arrayLiteral: 0, 1, 2, 3, 4, 5).enumerated() {
          owner.memory.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
        }
        // One picture of 1×2 pixels and 3 channels, channels last.
        view = try Tensor.over(
          owner.memory, shape: [1, 3, 1, 2], strides: [6, 1, 6, 3], dtype: .float32, owner: owner)
      }
      #expect(!isReleased)
      #expect(try view?.values(as: Float.self) == [0, 3, 1, 4, 2, 5])
      #expect(view?.isContiguous(.channelsLast) == true)
      view = nil
    }
    #expect(isReleased)
  }

  /// With its strides, and as it was when it was asked for.
  @Test(.enabled(if: Device.cudaCount > 0)) func uploadedMemoryMayBeOverwrittenAtOnce() throws {
    final class Owner {}
    let count = 1 << 22
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 * count, alignment: 64)
    defer { bytes.deallocate() }
    bytes.bindMemory(to: Float.self).update(repeating: 3)
    let tensor = try Tensor.over(
      bytes, shape: [2, 4, 1, count / 8], strides: [count / 2, 1, 4, 4], dtype: .float32, owner: Owner())
    let uploaded = try tensor.uploaded(to: .cuda)
    bytes.bindMemory(to: Float.self).update(repeating: 5)
    #expect(try uploaded.values() as [Float] == [Float](repeating: 3, count: count))
  }

  @Test func tooLittleMemoryIsRefused() throws {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 16)
    defer { memory.deallocate() }
    final class Owner {}
    #expect(throws: TorchError.self) {
      try Tensor.over(memory, shape: [3], dtype: .float32, owner: Owner())
    }
  }

  @Test func nothingLeaks() throws {
    try expectNoLeak {
      let a = try Tensor.randn([8, 8]).requireGrad()
      for _ in 0..<10 {
        try a.matmul(a).sum().backward()
        _ = try a.grad()
        try a.clearGrad()
      }
      _ = try a.detach().topK(3)
      _ = try? a.matmul(Tensor.zeros([3, 3]))
    }
  }
}
