import Swiftlet
import TestSupport
import Testing

@testable import Text

@Suite struct TextNetworkTests {
  private let ids: [[Int64]] = [[2, 7, 9, 3, 0, 0], [2, 5, 6, 7, 8, 3], [2, 11, 3, 0, 0, 0]]

  private func batch(_ rows: [[Int64]]) throws -> ViewBatch {
    ViewBatch([try Tensor(rows.flatMap(\.self)).reshaped([rows.count, rows[0].count])], areVarying: [true])
  }

  @Test func theBagIsTheMeanOfItsRows() throws {
    try Runtime.seed(1)
    let bag = try TextBag(.init(entries: 12, width: 5))
    let table = try bag.namedParameters[0].parameter.tensor.values(as: Double.self)
    #expect(bag.namedParameters.map(\.name) == ["embeddings.word_embeddings.weight"])
    let features = try bag(batch(ids)).unstacked().map { try $0.values(as: Double.self) }
    for (row, found) in zip(ids, features) {
      let tokens = row.filter { $0 != 0 }
      let expected = (0..<5).map { column in
        tokens.reduce(0) { $0 + table[Int($1) * 5 + column] } / Double(tokens.count)
      }
      expectClose(found, expected, absolute: 1e-6)
    }
    // A text of which nothing is seen.
    let empty = try bag(batch([[0, 0]])).values(as: Double.self)
    #expect(empty == [0, 0, 0, 0, 0])
  }

  @Test func gradientsReachTheRowsThatOccur() throws {
    let bag = try TextBag(.init(entries: 12, width: 3))
    try bag(batch(ids)).sum().backward()
    let gradient = try #require(try bag.namedParameters[0].parameter.tensor.grad()).unstacked().map {
      try $0.values(as: Double.self)
    }
    let found = gradient.indices.filter { gradient[$0].contains { $0 != 0 } }
    #expect(found == [2, 3, 5, 6, 7, 8, 9, 11])
  }

  @Test(arguments: TextPooling.allCases) func whatFillsATextUpIsNotSeen(pooling: TextPooling) throws {
    try Runtime.seed(2)
    let network = try BERT(.init(entries: 12, width: 16, layers: 2, heads: 4, positions: 10, pooling: pooling))
    network.setTraining(false)
    let together = try noGrad { try network(batch(ids)) }.unstacked().map { try $0.values(as: Double.self) }
    for (row, expected) in zip(ids, together) {
      let alone = try noGrad { try network(batch([row.filter { $0 != 0 }])) }.values(as: Double.self)
      expectClose(alone, expected, absolute: 1e-5)
    }
    let hidden = try noGrad { try network(batch([[0, 0, 0]])) }.values(as: Double.self)
    let areFinite = hidden.allSatisfy { $0.isFinite }
    #expect(areFinite)
  }

  @Test func namesAreThoseOfBERT() throws {
    let network = try BERT(.init(entries: 12, width: 8, layers: 1, heads: 2, positions: 6))
    let layer = "encoder.layer.0."
    let expected =
      ["word_embeddings", "position_embeddings", "token_type_embeddings"].map { "embeddings.\($0).weight" }
      + ["embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"]
      + [
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
        "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm",
      ].flatMap { [layer + $0 + ".weight", layer + $0 + ".bias"] }
    #expect(network.namedParameters.map(\.name) == expected)
    #expect(Set(network.namedParameters.map { network.stage(of: $0.name) }) == [0, 1])
  }

  @Test func dropoutDiffersBetweenRowsAndEndsWithTraining() throws {
    try Runtime.seed(3)
    let network = try BERT(.init(entries: 12, width: 16, layers: 1, heads: 2, positions: 6, dropout: 0.3))
    let twice = try batch([ids[1], ids[1]])
    let trained = try noGrad { try network(twice) }.unstacked().map { try $0.values(as: Double.self) }
    #expect(trained[0] != trained[1])
    network.setTraining(false)
    let judged = try noGrad { try network(twice) }.unstacked().map { try $0.values(as: Double.self) }
    #expect(judged[0] == judged[1])
    // What is measured during a run leaves the network as it was.
    network.setTraining(true)
    let measured = try network.inEvaluationMode { try noGrad { try network(twice) } }.unstacked()
    let same = try measured.map { try $0.values(as: Double.self) }
    #expect(same[0] == same[1])
    let after = try noGrad { try network(twice) }.unstacked().map { try $0.values(as: Double.self) }
    #expect(after[0] != after[1])
  }

  @Test func textsLongerThanItsPlacesAreAnError() throws {
    let network = try BERT(.init(entries: 12, width: 8, layers: 1, heads: 2, positions: 4))
    #expect(throws: TorchError.self) { try network(batch(ids)) }
  }

  @Test func numbersThatMakeNoSenseAreRefused() {
    var settings = BERT.Configuration(entries: 100, width: 64, layers: 2, positions: 32)
    settings.heads = 7
    #expect(throws: SettingError.self) { try settings.validate() }
    #expect(throws: SettingError.self) {
      try BERT.Configuration(entries: 900_000, width: 8192, layers: 2, positions: 32).validate()
    }
    #expect(throws: SettingError.self) { try TextBag.Configuration(entries: 0, width: 8).validate() }
    #expect(throws: SettingError.self) {
      try BERT.Configuration(entries: 100, width: 64, layers: 2, positions: 8).validate(sample: [[9]])
    }
  }
}
