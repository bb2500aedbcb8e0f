import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Export
@testable import Series

/// The network of series as ONNX, read back and computed by the operators' definitions alone, for any number and length of series.
/// `scripts/reference/export-series` does the same in onnxruntime.
@Suite struct SeriesGraphTests {
  @Test func aFileComputesWhatTheNetworkDoes() throws {
    try Runtime.seed(3)
    let configuration = BackboneConfiguration(DilatedCNN.Configuration(channels: 3, width: 6, layers: 3, features: 10))
    let network = try configuration.build()
    network.setTraining(false)
    var builder = OnnxBuilder(
      state: Dictionary(uniqueKeysWithValues: try network.state().map { ($0.name, $0.tensor) }))
    let x = builder.input("input", [nil, nil, 3])
    let features = try noGrad { try builder.features(x, configuration) }
    builder.output("features", features, [nil, network.featureCount])
    let read = try OnnxGraph(readingFrom: builder.graph.encoded())
    for (count, steps) in [(1, 1), (2, 5), (3, 40), (1, 300)] {
      var numbers = (0..<count * steps * 3).map { sin(Float($0 * $0)) }
      if steps > 4 {
        // A step that lacks one value, and one that lacks all.
        numbers[4] = .nan
        for place in 9..<12 { numbers[place] = .nan }
      }
      let series = try Tensor(numbers, shape: [count, steps, 3])
      try noGrad {
        let found = try #require(try read.run(["input": series])["features"])
        #expect(found.shape == [count, 10])
        try expectClose(found, network(series), absolute: 1e-5, relative: 1e-4)
      }
    }
  }
}
