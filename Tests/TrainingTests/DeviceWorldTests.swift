import Testing

@testable import Torch

/// Collectives on a GPU, by NCCL. A process alone is enough to see that tensors go there and come back; more of them need as
/// many GPUs (scripts/check-gpu).
@Suite(.enabled(if: Device.cudaCount > 0 && World.usesGPUs)) struct DeviceWorldTests {
  @Test func whatIsSentComesBack() throws {
    let store = try World.Store(host: "127.0.0.1", port: 0, isHeldHere: true, seconds: 20)
    let world = try World(store, host: "127.0.0.1", attempt: "0", rank: 0, size: 1, seconds: 20)
    let tensor = try Tensor([Float(1), 2, 3, 4], shape: [4, 1]).to(device: .cuda)
    try world.addUp(tensor)
    #expect(try tensor.values(as: Float.self) == [1, 2, 3, 4])
    #expect(try world.gathered(tensor, of: 4).values(as: Float.self) == [1, 2, 3, 4])
    #expect(try world.sumOfPart(tensor).values(as: Float.self) == [1, 2, 3, 4])
    try world.broadcast(tensor)
    let weight = try Tensor([Float(2), 3]).to(device: .cuda).requireGrad()
    let output = try (weight * weight).sum()
    try world.sendGradients(of: [weight], buckets: [1], during: output)
    try output.backward()
    try world.receiveGradients()
    #expect(try weight.grad()?.values(as: Float.self) == [4, 6])
    world.leave()
  }

  /// Numbers that are drawn on a GPU come back where they were.
  @Test func theGeneratorOfAGPUGoesBack() throws {
    _ = try Tensor.zeros([1], on: .cuda)
    try Runtime.seed(3)
    let state = try Runtime.generatorState()
    let first = try Tensor.permutation(100, on: .cuda).values(as: Int64.self)
    try Runtime.setGeneratorState(state)
    #expect(try Tensor.permutation(100, on: .cuda).values(as: Int64.self) == first)
  }
}
