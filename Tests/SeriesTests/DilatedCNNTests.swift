import Swiftlet
import TestSupport
import Testing

@testable import Series

@Suite struct DilatedCNNTests {
  private func network(layers: Int = 2, channels: Int = 2) throws -> DilatedCNN {
    try Runtime.seed(4)
    let network = try DilatedCNN(.init(channels: channels, width: 6, layers: layers, features: 5))
    network.setTraining(false)
    return network
  }

  private func values(_ batch: Int, _ steps: Int, _ channels: Int, salt: Float = 0) throws -> Tensor {
    try Tensor(
      (0..<batch * steps * channels).map { Float(($0 * 7919 + Int(salt * 100)) % 101) / 50 - 1 },
      shape: [batch, steps, channels])
  }

  /// As the paper's, with the official code's names.
  @Test func namesAndParametersAreThoseOfTheOfficialCode() throws {
    let network = try DilatedCNN(.init(channels: 1))
    #expect(network.parameterCount == 637_248)
    let names = Set(network.namedParameters.map(\.name))
    #expect(names.count == 2 + 11 * 4 + 2)
    #expect(names.contains("feature_extractor.net.10.projector.weight"))
    #expect(names.contains("feature_extractor.net.0.conv2.conv.bias") && names.contains("input_fc.weight"))
    #expect(Set(network.namedParameters.map { network.stage(of: $0.name) }) == Set(0...11))
  }

  /// A step sees 1 + 4 · (2^(layers + 1) − 1) steps and no others.
  @Test func aStepSeesAsFarAsTheDilationsReach() throws {
    let network = try network(layers: 2, channels: 1)
    let (steps, middle, reach) = (60, 30, 14)
    let plain = try values(1, steps, 1)
    let changed = try plain.clone()
    try noGrad { try changed.narrowed(1, middle..<middle + 1).fill_(5) }
    let before = try noGrad { try network.represented(plain) }.transposed(1, 2).contiguous().values(as: Float.self)
    let after = try noGrad { try network.represented(changed) }.transposed(1, 2).contiguous().values(as: Float.self)
    let differing = (0..<steps).filter { step in (0..<5).contains { before[step * 5 + $0] != after[step * 5 + $0] } }
    #expect(differing == Array(middle - reach...middle + reach))
  }

  /// A step that lacks a value counts as one that is hidden, whatever its other values are.
  @Test func stepsThatLackAValueAreHidden() throws {
    let network = try network()
    var numbers = try values(1, 9, 2).values(as: Float.self)
    numbers[2 * 4] = .nan
    let missing = try Tensor(numbers, shape: [1, 9, 2])
    numbers[2 * 4 + 1] = 77
    let others = try Tensor(numbers, shape: [1, 9, 2])
    numbers[2 * 4] = 3
    let kept = try Tensor((0..<9).map { $0 == 4 ? Float(0) : 1 }, shape: [1, 9])
    let hidden = try noGrad {
      try network.represented(Tensor(numbers, shape: [1, 9, 2]), isKept: kept).values(as: Float.self)
    }
    let found = try noGrad { try [missing, others].map { try network.represented($0).values(as: Float.self) } }
    #expect(found[0] == found[1] && found[0] == hidden)
    let areFinite = found[0].allSatisfy { $0.isFinite }
    #expect(areFinite)
  }

  /// The features of a series do not depend on how long the others of its batch are.
  @Test func whatFillsASeriesUpIsNotSeen() throws {
    let network = try network()
    let lengths = [5, 12, 2]
    let all = try values(3, 12, 2)
    let mask = try Tensor(lengths.flatMap { length in (0..<12).map { $0 < length ? Float(1) : 0 } }, shape: [3, 12])
    let together = try noGrad { try network(ViewBatch([all, mask])) }.unstacked().map { try $0.values(as: Double.self) }
    for (row, length) in lengths.enumerated() {
      let own = try all.narrowed(0, row..<row + 1).narrowed(1, 0..<length).contiguous()
      let alone = try noGrad { try network(ViewBatch([own, Tensor.ones([1, length])])) }.values(as: Double.self)
      expectClose(alone, together[row], absolute: 1e-5)
      let without = try noGrad { try network(ViewBatch(own)) }.values(as: Double.self)
      expectClose(without, together[row], absolute: 1e-5)
    }
    // Memory is counted on series of no steps.
    let hidden = try noGrad { try network(ViewBatch([all, Tensor.zeros([3, 12])])) }.values(as: Double.self)
    let areFinite = hidden.allSatisfy { $0.isFinite }
    #expect(areFinite)
  }

  /// The features of a series are the greatest of those of its steps.
  @Test func everyStepHasAVector() throws {
    let network = try network()
    let mask = try Tensor([5, 8].flatMap { length in (0..<8).map { $0 < length ? Float(1) : 0 } }, shape: [2, 8])
    let view = ViewBatch([try values(2, 8, 2), mask])
    let (vectors, lengths) = try noGrad { try network.steps(of: view) }
    #expect(vectors.shape == [2, 8, 5] && lengths == [5, 8])
    let features = try noGrad { try network(view) }.unstacked()
    for row in 0..<2 {
      try expectClose(vectors.selected(0, row).rows(0..<lengths[row]).max(0).values, features[row], absolute: 1e-6)
    }
  }

  /// Large sets pass in parts where no gradients are recorded.
  @Test func partsOfABatchGiveTheSame() throws {
    let network = try DilatedCNN(.init(channels: 1, width: 4, layers: 1, features: 4096))
    network.setTraining(false)
    let (x, mask) = (try values(9, 600, 1), try Tensor.ones([9, 600]))
    let whole = try noGrad { try network(ViewBatch([x, mask])) }.unstacked()
    for row in [0, 4, 8] {
      let alone = try noGrad { try network(ViewBatch([x, mask]).rows(row..<row + 1)) }
      let width = alone.shape[1]
      #expect(width == 4096)
      expectClose(try alone.values(), try whole[row].values(), absolute: 1e-6)
    }
  }

  @Test func dropoutEndsWithEvaluationAndComesBack() throws {
    let network = try DilatedCNN(.init(channels: 1, width: 4, layers: 1, features: 64, dropout: 0.5))
    let view = ViewBatch(try values(1, 8, 1))
    func features() throws -> [Float] { try noGrad { try network(view) }.values(as: Float.self) }
    var drawn = try [features(), features()]
    #expect(drawn[0] != drawn[1])
    let judged = try network.inEvaluationMode { try [features(), features()] }
    #expect(judged[0] == judged[1])
    drawn = try [features(), features()]
    #expect(drawn[0] != drawn[1])
  }

  @Test func gradientsReachEveryWeight() throws {
    let network = try DilatedCNN(.init(channels: 2, width: 4, layers: 2, features: 5, dropout: 0))
    try network(ViewBatch([values(3, 10, 2), Tensor.ones([3, 10])])).sum().backward()
    for (name, parameter) in network.namedParameters {
      let gradient = try #require(try parameter.tensor.grad(), "\(name)")
      let norm = try gradient.norm().item()
      #expect(norm > 0 && norm.isFinite, "\(name)")
    }
  }

  @Test func settingsThatMakeNoSenseAreRefused() throws {
    #expect(throws: SettingError.self) { try DilatedCNN.Configuration(channels: 0).validate() }
    #expect(throws: SettingError.self) { try DilatedCNN.Configuration(channels: 1, layers: 40).validate() }
    #expect(throws: SettingError.self) { try DilatedCNN.Configuration(channels: 2).validate(sample: [[9, 3], [9]]) }
    #expect(throws: Refusal.self) {
      try DilatedCNN.Configuration(for: BackboneProposal("dilated-cnn", sample: [[3, 8, 8]], kind: "pictures"))
    }
    #expect(throws: Refusal.self) {
      try DilatedCNN.Configuration(
        for: BackboneProposal("dilated-cnn", chosen: ["layers": 40], sample: [[9, 3], [9]], kind: "series"))
    }
  }
}
