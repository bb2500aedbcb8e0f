import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Export
@testable import Text

/// Networks for texts as ONNX, read back and computed by the operators' definitions alone, for texts of any length.
/// `scripts/reference/export_text` does the same in onnxruntime.
@Suite struct TextGraphTests {
  private static func networks() -> [BackboneConfiguration] {
    var berts = TextPooling.allCases.map {
      BERT.Configuration(entries: 30, width: 16, layers: 2, heads: 4, hiddenWidth: 24, positions: 12, pooling: $0)
    }
    berts[0].normalises = true
    return berts.map { BackboneConfiguration($0) } + [
      BackboneConfiguration(TextBag.Configuration(entries: 30, width: 8))
    ]
  }

  @Test(arguments: networks().indices) func aFileComputesWhatTheNetworkDoes(index: Int) throws {
    try Runtime.seed(3)
    let configuration = Self.networks()[index]
    let network = try configuration.build()
    try noGrad { () throws(TorchError) in
      for (_, tensor) in try network.state() { try tensor.add_(.rand(tensor.shape) * 0.2 - 0.1) }
    }
    network.setTraining(false)
    var builder = OnnxBuilder(
      state: Dictionary(uniqueKeysWithValues: try network.state().map { ($0.name, $0.tensor) }))
    let x = builder.input("input", [nil, nil], .int64)
    let features = try noGrad { try builder.features(x, configuration) }
    builder.output("features", features, [nil, network.featureCount])
    let read = try OnnxGraph(readingFrom: builder.graph.encoded())
    let texts: [[[Int64]]] = [
      [[2, 7, 9, 3, 0, 0], [2, 5, 6, 7, 8, 3], [2, 11, 3, 0, 0, 0]], [[2, 3]],
      [[2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3]],
      // Texts of which nothing is seen.
      [[0, 0, 0], [2, 29, 3]],
    ]
    for rows in texts {
      let ids = try Tensor(rows.flatMap(\.self)).reshaped([rows.count, rows[0].count])
      try noGrad {
        let found = try #require(try read.run(["input": ids])["features"])
        try expectClose(found, network(ids), absolute: 1e-5, relative: 1e-4)
      }
    }
    if index < 3 {
      let long = try Tensor([Int64](repeating: 5, count: 13)).reshaped([1, 13])
      #expect(throws: TorchError.self) { try read.run(["input": long]) }
    }
  }
}
