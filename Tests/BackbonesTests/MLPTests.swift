import Backbones
import Layers
import TestSupport
import Testing
import Torch

@Suite struct MLPTests {
  /// Named as PyTorch's `nn.Sequential(Linear, ReLU, …)` names them, so that weights travel.
  @Test func parametersHaveNamesAndShapes() throws {
    let network = try MLP(.init(inputs: 5, width: 8, layers: 3))
    let shapes = network.namedParameters.map { "\($0.name) \($0.parameter.tensor.shape)" }
    #expect(
      shapes == [
        "0.weight [8, 5]", "0.bias [8]", "2.weight [8, 8]", "2.bias [8]", "4.weight [8, 8]", "4.bias [8]",
      ])
    #expect(network.featureCount == 8)
    #expect(try network(.randn([3, 5])).shape == [3, 8])
  }

  @Test func everyLayerEndsInAReLU() throws {
    let network = try MLP(.init(inputs: 2, width: 2, layers: 2))
    try network.load([
      "0.weight": Tensor([1, 0, 0, -1] as [Float], shape: [2, 2]), "0.bias": Tensor([0, 1] as [Float]),
      "2.weight": Tensor([1, 1, 1, -1] as [Float], shape: [2, 2]), "2.bias": Tensor([-1, 0] as [Float]),
    ])
    // (3, 4) → (3, −3) → (3, 0) → (2, 3); (−1, −2) → (−1, 3) → (0, 3) → (2, −3) → (2, 0)
    let output = try network(Tensor([3, 4, -1, -2] as [Float], shape: [2, 2]))
    expectClose(try output.values(), [2, 3, 2, 0], absolute: 0)
  }
}
