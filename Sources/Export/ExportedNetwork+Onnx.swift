import Backbones
import Foundation
import Torch

extension ExportedNetwork {
  private enum Output {
    static let features = "features"
    static let probabilities = "probabilities"
    static let value = "value"
  }

  /// The bytes of an ONNX file with the input `input` and the output `features`. With a head there is also
  /// `probabilities` [batch, classes] or `value` [batch, 1].
  func onnx() throws -> Data {
    try noGrad {
      var builder = OnnxBuilder(
        state: Dictionary(
          uniqueKeysWithValues: backbone + (head?.state ?? []).map { ("head." + $0.name, $0.tensor) }))
      let input = configuration.data.exportedInput
      let sizes = sampleShape.enumerated().map { input.isVarying && $0.offset == 0 ? nil : $0.element }
      let x = builder.input("input", [nil] + sizes, input.entries == nil ? .float32 : .int64)
      let features = try builder.features(x, configuration.backbone)
      builder.output(Output.features, features, [nil, featureCount])
      if let head {
        let outputs = try builder.perceptron(features, layers: head.layerCount, under: "head.", isHead: true)
        let shape = [nil, head.target.outputCount]
        switch head.target {
        case .oneOf:
          let probabilities = builder.add("Softmax", outputs, attributes: ["axis": .integer(1)])
          builder.output(Output.probabilities, probabilities, shape)
        case .anyOf: builder.output(Output.probabilities, builder.add("Sigmoid", outputs), shape)
        case .number: builder.output(Output.value, outputs, shape)
        }
      }
      return try builder.graph.encoded() + OnnxGraph.encoded(metadata())
    }
  }

  /// The largest difference of features and outputs if they are computed as the file says.
  func difference(ofOnnx path: String, from references: [Reference]) throws -> Double {
    let graph = try OnnxGraph(readingFrom: Data(contentsOf: URL(fileURLWithPath: path)))
    return try noGrad {
      var largest = 0.0
      for reference in references {
        let outputs = try graph.run(["input": reference.samples])
        guard let features = outputs[Output.features] else { return .infinity }
        largest = max(largest, try largestDifference(features, from: reference.features))
        if head != nil {
          guard let found = outputs[Output.probabilities] ?? outputs[Output.value] else { return .infinity }
          let expected = try Tensor(reference.outputs, shape: found.shape)
          largest = max(largest, try largestDifference(found.to(dtype: .float64), from: expected))
        }
      }
      return largest
    }
  }
}
