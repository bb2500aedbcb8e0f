import Foundation
import Swiftlet
import TestSupport
import Testing

@testable import Text

@Suite struct TokenPredictionTests {
  /// The loss and its gradient by their definition, in Swift's Doubles.
  private func oracle(
    _ logits: [[Double]], _ tokens: [Int], _ weights: [Double]
  ) -> (loss: Double, gradient: [[Double]]) {
    let total = max(1, weights.reduce(0, +))
    var loss = 0.0
    var gradient = logits
    for (row, values) in logits.enumerated() {
      let largest = values.max() ?? 0
      let sum = values.reduce(0) { $0 + exp($1 - largest) }
      loss += weights[row] * (largest + log(sum) - values[tokens[row]])
      for (place, value) in values.enumerated() {
        let probability = exp(value - largest) / sum
        gradient[row][place] = weights[row] * (probability - (place == tokens[row] ? 1 : 0)) / total
      }
    }
    return (loss / total, gradient)
  }

  @Test(arguments: [DType.float32, .float64]) func lossAndGradientAreThoseOfTheDefinition(dtype: DType) throws {
    try Runtime.seed(5)
    let logits = try (Tensor.randn([2, 3, 7], .float64) * 3).to(dtype: dtype).requireGrad()
    let tokens: [Int64] = [1, 0, 6, 3, 3, 2]
    let weights: [Float] = [1, 0, 1, 1, 1, 0]
    let loss = try TokenPrediction()(
      logits, tokens: Tensor(tokens).reshaped([2, 3]), weights: Tensor(weights).reshaped([2, 3]))
    try loss.backward()
    let rows = try logits.detach().reshaped([6, 7]).unstacked().map { try $0.values(as: Double.self) }
    let expected = oracle(rows, tokens.map(Int.init), weights.map(Double.init))
    let tolerance = dtype == .float64 ? 1e-12 : 1e-5
    expectClose([try loss.item()], [expected.loss], absolute: tolerance)
    expectClose(
      try #require(try logits.grad()).values(as: Double.self), expected.gradient.flatMap(\.self), absolute: tolerance)
  }

  @Test func whereNothingCountsTheLossIsZero() throws {
    let loss = try TokenPrediction()(
      Tensor.randn([1, 2, 4]), tokens: Tensor.zeros([1, 2], .int64), weights: Tensor.zeros([1, 2]))
    #expect(try loss.item() == 0)
    #expect(throws: TorchError.self) {
      try TokenPrediction()(
        Tensor.randn([1, 2, 4]), tokens: Tensor.zeros([1, 3], .int64), weights: Tensor.zeros([1, 2]))
    }
  }
}

@Suite struct TextMethodTests {
  private let backbone = BERT.Configuration(entries: 30, width: 16, layers: 2, heads: 2, positions: 12, dropout: 0)
  private let position = RunPosition(step: 0, totalSteps: 10, stepsPerEpoch: 5)

  private func batch(_ rows: [[Int64]]) throws -> ViewBatch {
    let longest = rows.map(\.count).max() ?? 0
    let filled = rows.map { $0 + [Int64](repeating: 0, count: longest - $0.count) }
    return ViewBatch([try Tensor(filled.flatMap(\.self)).reshaped([rows.count, longest])], areVarying: [true])
  }

  private let rows: [[Int64]] = [
    [2, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 3], [2, 5, 6, 3], [2, 20, 21, 22, 23, 24, 25, 3], [2, 3],
  ]

  /// A share of each text's own tokens is chosen, never its beginning and end or what fills it up.
  @Test func tokensAreChosenByTheShareOfTheirText() throws {
    try Runtime.seed(4)
    let method = try MaskedTokens(.init(maskShare: 0.3, mask: 4, first: 2, last: 3), on: backbone)
    for _ in 0..<5 {
      let output = try method.forward([batch(rows)], at: position)
      let tokens = try output.targets[0].unstacked().map { try ($0.values() as [Int64]).map(Int.init) }
      let weights = try output.targets[1].unstacked().map { try $0.values(as: Double.self) }
      #expect(weights.map { $0.reduce(0, +) } == [3, 1, 2, 0])
      for (row, (chosen, counts)) in zip(rows, zip(tokens, weights)) {
        let counted = zip(chosen, counts).filter { $0.1 == 1 }.map(\.0)
        #expect(Set(counted).count == counted.count)
        #expect(counted.allSatisfy { row.dropFirst().dropLast().map(Int.init).contains($0) })
      }
      let loss = try method.loss(output, at: position).item()
      #expect(loss.isFinite && abs(loss - log(30)) < 1)
    }
  }

  /// Words are chosen whole, by the scores of their first tokens; one that would be too much is passed over for the next.
  @Test func wordsAreChosenWhole() {
    let tokens: [Int64] = [2, 5, 6, 7, 8, 9, 10, 11, 12, 3, 0, 0]
    let starts: [Int64] = [1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0]
    func chosen(_ scores: [Float], _ share: Double) -> [Int] {
      WholeWords.chosen(tokens, startsWord: starts, scores: scores, share: share, except: [0, 2, 3])
    }
    let scores: [Float] = [0.99, 0.9, 0.95, 0, 0.1, 0.8, 0, 0.2, 0.3, 1, 0, 0]
    #expect(chosen(scores, 0.4) == [1, 2, 3])
    #expect(chosen(scores, 0.65) == [1, 2, 3, 5, 6])
    // Three tokens are too many, two are not, and then none is left.
    #expect(chosen(scores, 0.25) == [5, 6])
    #expect(chosen(scores, 0.38) == [1, 2, 3])
    #expect(chosen(scores, 0.01) == [8])
    #expect(WholeWords.chosen([2, 3], startsWord: [1, 1], scores: [1, 1], share: 0.5, except: [0, 2, 3]).isEmpty)
    // A text that begins within a word, and the first token after a symbol.
    #expect(
      WholeWords.chosen([2, 5, 6, 3], startsWord: [1, 0, 0, 1], scores: [0, 1, 0, 0], share: 1, except: [0, 2, 3])
        == [1, 2])
  }

  /// Whatever is drawn, a word is hidden as a whole or not at all, and the loss counts those tokens alone.
  @Test func aWordIsHiddenAsAWholeOrNotAtAll() throws {
    try Runtime.seed(4)
    var settings = MaskedTokens.Configuration(maskShare: 0.3, mask: 4, first: 2, last: 3)
    try settings.apply(["mask-unit": "word"])
    #expect(settings.viewPlan == .tokensAndWords)
    let method = try MaskedTokens(settings, on: backbone)
    // Tokens 10 to 12 and 14 to 15 continue a word.
    let starts = rows.map { $0.map { [10, 11, 12, 14, 15].contains($0) ? 0 : 1 as Int64 } }
    var sizes: Set<Int> = []
    for _ in 0..<20 {
      let output = try method.forward([batch(rows), batch(starts)], at: position)
      let tokens = try output.targets[0].unstacked().map { try ($0.values() as [Int64]).map(Int.init) }
      let weights = try output.targets[1].unstacked().map { try $0.values(as: Double.self) }
      let counted = zip(tokens, weights).map { Set(zip($0, $1).filter { $0.1 == 1 }.map(\.0)) }
      for word in [Set([9, 10, 11, 12]), [13, 14, 15]] {
        let hidden = counted[0].intersection(word)
        #expect(hidden.isEmpty || hidden == word)
        if !hidden.isEmpty { sizes.insert(hidden.count) }
      }
      #expect(counted[0].count <= 3 && counted[3].isEmpty)
      #expect(try method.loss(output, at: position).item().isFinite)
    }
    // Four of ten tokens are more than the share.
    #expect(sizes == [3])
  }

  /// What the network reads: of those chosen, eight in ten are the mask, one in ten is another token, one in ten stays. The
  /// fates are given here, and an untrained network of no layers' depth shows what it was given by its gradient.
  @Test func fatesDecideWhatBecomesOfATokenThatIsChosen() throws {
    try Runtime.seed(4)
    let method = try MaskedTokens(.init(maskShare: 0.3, mask: 4, first: 2, last: 3), on: backbone)
    let table = try #require(method.namedParameters.first { $0.name.hasSuffix("word_embeddings.weight") }).parameter
    let view = try batch([rows[0]])
    // The tokens at places 1, 2 and 3 are chosen, in this order.
    let order = try Tensor([0, 0.9, 0.8, 0.7] + [Float](repeating: 0.1, count: 8)).reshaped([1, 12])
    let others = try Tensor([Float](repeating: 0.999, count: 12)).reshaped([1, 12])
    func seen(_ fates: [Float]) throws -> Set<Int> {
      let all = try Tensor(fates + [Float](repeating: 0, count: 9)).reshaped([1, 12])
      try method.clearGradients()
      let output = try method.forward(view.tensor, order: order, fates: all, others: others)
      #expect(try (output.targets[0].values() as [Int64]).prefix(3) == [7, 8, 9])
      // Features come from what was read alone.
      try (output.features[0] * Tensor.randn([1, 16])).sum().backward()
      let gradient = try #require(try table.tensor.grad()).unstacked().map { try $0.values(as: Double.self) }
      return Set(gradient.indices.filter { gradient[$0].contains { $0 != 0 } })
    }
    let rest = Set(rows[0].map(Int.init)).subtracting([7, 8, 9])
    #expect(try seen([0.1, 0.5, 0.79]) == rest.union([4]))
    #expect(try seen([0.85, 0.1, 0.95]) == rest.union([29, 4, 9]))
    #expect(try seen([0.9, 0.99, 0.9]) == rest.union([7, 8, 9]))
  }

  /// The decoder sees the tokens before and the vector of the text, nothing that comes later.
  @Test func theDecoderDoesNotLookAhead() throws {
    try Runtime.seed(6)
    let method = try TSDAE(.init(), on: backbone)
    method.setTraining(false)
    func predictions(_ clean: [Int64], _ corrupted: [Int64]) throws -> [[Double]] {
      let output = try noGrad { try method.forward([batch([clean]), batch([corrupted])], at: position) }
      return try output.predictions[0].selected(0, 0).unstacked().map { try $0.values(as: Double.self) }
    }
    let usual = try predictions([2, 7, 8, 9, 10, 3], [2, 8, 3])
    let later = try predictions([2, 7, 8, 20, 21, 3], [2, 8, 3])
    for place in 0..<3 { expectClose(usual[place], later[place], absolute: 1e-6) }
    #expect(usual[3] != later[3])
    let other = try predictions([2, 7, 8, 9, 10, 3], [2, 25, 3])
    #expect(usual[0] != other[0])
    #expect(usual.count == 5)
  }

  /// By the definition: −log of the softmax of the cosines over τ, in one direction.
  @Test func simCSEsLossIsThatOfItsPaper() throws {
    try Runtime.seed(7)
    var settings = backbone
    settings.dropout = 0.2
    let method = try SimCSE(.init(temperature: 0.05, hasHead: true), on: settings)
    let output = try method.forward([batch(rows)], at: position)
    let loss = try method.loss(output, at: position).item()
    let views = try output.embeddings.map { try $0.unstacked().map { try $0.values(as: Double.self) } }
    func cosine(_ a: [Double], _ b: [Double]) -> Double {
      func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
    let losses = views[0].indices.map { row in
      let scores = views[1].map { cosine(views[0][row], $0) / 0.05 }
      return log(scores.reduce(0) { $0 + exp($1 - scores[row]) })
    }
    expectClose([loss], [losses.reduce(0, +) / Double(losses.count)], absolute: 1e-4)
    #expect(views[0] != views[1])
    #expect(views.joined().joined().allSatisfy { abs($0) <= 1 })
  }

  /// The loss of a batch of pairs by its definition, in Swift's Doubles: each row of `a` has to find that of `b` by the
  /// softmax of the cosines over τ.
  private func found(_ a: [[Double]], _ b: [[Double]], _ temperature: Double) -> Double {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let losses = a.indices.map { row in
      let scores = b.map { dot(a[row], $0) / (dot(a[row], a[row]) * dot($0, $0)).squareRoot() / temperature }
      let largest = scores.max() ?? 0
      return largest + log(scores.reduce(0) { $0 + exp($1 - largest) }) - scores[row]
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  /// Values by the definition, gradients by its differences; in float64 and float32.
  private func expectOracle(
    _ method: some Learning.Method, _ oracle: ([[Double]], [[Double]]) -> Double, dtype: DType
  ) throws {
    try Runtime.seed(9)
    let (count, width) = (5, 4)
    let views = try (0..<2).map { _ in try Tensor.randn([count, width], .float64).to(dtype: dtype).requireGrad() }
    let loss = try method.loss(MethodOutput(features: views, embeddings: views), at: position)
    try loss.backward()
    let values = try views.map { try $0.detach().unstacked().map { try $0.values(as: Double.self) } }
    let tolerance = dtype == .float64 ? 1e-8 : 2e-5
    expectClose([try loss.item()], [oracle(values[0], values[1])], absolute: tolerance)
    let step = 1e-5
    for view in 0..<2 {
      let gradient = try #require(try views[view].grad()).values(as: Double.self)
      let expected = (0..<count * width).map { place in
        let sides = [step, -step].map { change in
          var moved = values
          moved[view][place / width][place % width] += change
          return oracle(moved[0], moved[1])
        }
        return (sides[0] - sides[1]) / (2 * step)
      }
      expectClose(gradient, expected, absolute: tolerance)
    }
  }

  @Test(arguments: [DType.float32, .float64]) func pairsHaveTheLossOfTheirDefinition(dtype: DType) throws {
    let method = try RelatedPairs(
      .init(temperature: 0.1), on: BackboneConfiguration(TextBag.Configuration(entries: 30, width: 4)))
    try expectOracle(method, { (found($0, $1, 0.1) + found($1, $0, 0.1)) / 2 }, dtype: dtype)
  }

  @Test(arguments: [DType.float32, .float64]) func simCSEHasTheLossOfItsDefinition(dtype: DType) throws {
    try expectOracle(SimCSE(.init(temperature: 0.1), on: backbone), { found($0, $1, 0.1) }, dtype: dtype)
  }

  @Test func pairsAreSymmetric() throws {
    try Runtime.seed(8)
    let method = try RelatedPairs(.init(), on: BackboneConfiguration(TextBag.Configuration(entries: 30, width: 8)))
    let views = try [batch(rows), batch([[2, 7, 3], [2, 6, 3], [2, 21, 22, 3], [2, 9, 3]])]
    let loss = try method.loss(method.forward(views, at: position), at: position).item()
    let swapped = try method.loss(method.forward(views.reversed(), at: position), at: position).item()
    expectClose([loss], [swapped], absolute: 1e-6)
  }
}
