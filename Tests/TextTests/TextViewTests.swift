import Foundation
import Samples
import Swiftlet
import Testing

@testable import Text

@Suite struct TextViewTests {
  private let tokenizer: SentencePieceTokenizer
  private let texts: TokenizedTexts
  private let longest = 12

  init() throws {
    tokenizer = try .trained(on: Sentences.texts(120), size: 400)
    texts = TokenizedTexts(Sentences.texts(40).map { [$0] }, by: tokenizer)
  }

  private func source(_ form: TextViews.Form) -> TextViews {
    TextViews(texts, samples: Array(0..<40), form: form, longest: longest, tokenizer)
  }

  private func isSubsequence(_ part: [Int32], of whole: ArraySlice<Int32>) -> Bool {
    var rest = part[...]
    for token in whole where token == rest.first { rest = rest.dropFirst() }
    return rest.isEmpty
  }

  private func isRun(_ part: [Int32], of whole: ArraySlice<Int32>) -> Bool {
    let all = Array(whole)
    return (0...max(0, all.count - part.count)).contains { all[$0...].starts(with: part) }
  }

  @Test func theCleanViewIsTheBeginning() {
    let source = source(.clean)
    for sample in 0..<40 { #expect(source.views(of: sample, epoch: 3) == [Array(texts[sample].prefix(longest - 2))]) }
  }

  @Test func cropsAreRunsOfTheirText() {
    let source = source(.pair(TextRecipe(leastCrop: 0.2, mostCrop: 0.6), nil, seed: 4))
    var lengths: Set<Int> = []
    for sample in 0..<40 {
      for epoch in 0..<5 {
        for view in source.views(of: sample, epoch: epoch) {
          #expect(isRun(view, of: texts[sample]))
          #expect(view.count >= 3 && view.count <= longest - 2)
          #expect(Double(view.count) <= max(3, 0.6 * Double(texts.length(of: sample)) + 0.5))
          lengths.insert(view.count)
        }
      }
    }
    #expect(lengths.count > 3)
    #expect(source.views(of: 0, epoch: 0) != source.views(of: 0, epoch: 1))
    #expect(source.views(of: 7, epoch: 2) == source.views(of: 7, epoch: 2))
  }

  /// Beside a part of a text, where its words begin.
  @Test func wordsAreMarked() throws {
    let source = source(.windowAndWords(seed: 4))
    let loader = Loader(
      source: source, order: SequentialOrder(sampleCount: 40, batchSize: 8), batches: 0..<5, threads: 1)
    for number in 0..<5 {
      let batch = try #require(try loader.next())
      let (ids, starts): ([Int64], [Int64]) = try (
        batch.views(on: .cpu)[0].tensor.values(), batch.views(on: .cpu)[1].tensor.values()
      )
      for (id, start) in zip(ids, starts) {
        #expect(start == (id == 0 ? 0 : id < 5 || tokenizer.startsWord[Int(id)] ? 1 : 0))
      }
      #expect(starts.contains(0) && number < 5)
    }
    let window = self.source(.window(seed: 4))
    for sample in 0..<40 {
      #expect(source.views(of: sample, epoch: 2) == window.views(of: sample, epoch: 2))
    }
  }

  /// Half of a text stays, the other half is another's, and the length is no sign of it.
  @Test func halfOfATextIsReplaced() {
    let source = source(.mingled(seed: 5))
    for sample in 0..<40 {
      let text = Array(texts[sample].prefix(longest - 2))
      let view = source.views(of: sample, epoch: 0)[0]
      #expect(view.count == text.count && view.prefix(text.count / 2) == text.prefix(text.count / 2))
      #expect(view != text)
    }
  }

  /// Half of the words, within four standard deviations, and always whole ones.
  @Test func wordsAreLeftOutWhole() {
    let source = source(.cleanAndCorrupted(TextRecipe(corruption: 0.5), seed: 4))
    var (kept, all) = (0, 0)
    for sample in 0..<40 {
      for epoch in 0..<10 {
        let views = source.views(of: sample, epoch: epoch)
        #expect(isRun(views[0], of: texts[sample]) && isSubsequence(views[1], of: texts[sample]))
        let words = TextWords.split(views[0][...], tokenizer.startsWord)
        let left = TextWords.split(views[1][...], tokenizer.startsWord)
        #expect(!left.isEmpty && left.allSatisfy(words.contains))
        // One word always stays.
        kept += left.count - 1
        all += words.count - 1
      }
    }
    let share = Double(kept) / Double(all)
    #expect(abs(share - 0.5) < 4 * (0.25 / Double(all)).squareRoot(), "\(share)")
  }

  /// Ways are drawn as often as their likelihoods say: χ² within four standard deviations.
  @Test func subwordsAreDrawnByTheirLikelihood() throws {
    let ways = SubwordWays(of: texts, by: tokenizer)
    let word = tokenizer.tokens(of: "engine")
    let found = tokenizer.divisions(of: word, most: 16)
    try #require(found.count > 2)
    var counts = [Int](repeating: 0, count: found.count)
    let draws = 4000
    for draw in 0..<draws {
      var generator = ViewGenerator(seed: 9, epoch: 0, sample: draw, view: 0)
      let drawn = ways.draw(word[...], alpha: 0.3, &generator)
      counts[try #require(found.firstIndex { $0.tokens == drawn })] += 1
    }
    let weights = found.map { exp(0.3 * Double($0.score)) }
    let total = weights.reduce(0, +)
    let pairs = zip(counts, weights).map { (Double($0), $1 / total * Double(draws)) }.filter { $0.1 >= 5 }
    let chiSquared = pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
    let freedom = Double(pairs.count)
    #expect(chiSquared < freedom + 4 * (2 * freedom).squareRoot(), "\(chiSquared) of \(freedom)")
  }

  @Test func partsOfATextArePaired() {
    let texts = TokenizedTexts(
      [["the engine", "starts in the morning"], ["", "a nurse waits"], ["a pump", ""]], by: tokenizer)
    let source = TextViews(texts, samples: [0, 1, 2], form: .related(seed: 1), longest: 20, tokenizer)
    #expect(
      source.views(of: 0, epoch: 0) == [
        tokenizer.tokens(of: "the engine"), tokenizer.tokens(of: "starts in the morning"),
      ])
    #expect(
      source.views(of: 1, epoch: 0) == [tokenizer.tokens(of: "a nurse waits"), tokenizer.tokens(of: "a nurse waits")])
    #expect(source.views(of: 2, epoch: 0) == [tokenizer.tokens(of: "a pump"), tokenizer.tokens(of: "a pump")])
  }

  /// Batches are as long as their longest text, for any number of threads, zeros behind the others.
  @Test(arguments: [1, 3]) func batchesAreFilledWithZeros(threads: Int) throws {
    let source = source(.pair(TextRecipe(leastCrop: 0.3, wordDropout: 0.2), nil, seed: 4))
    let order = LengthOrder(lengths: try #require(source.lengths), batchSize: 8, seed: 1)
    let loader = Loader(source: source, order: order, batches: 0..<5, threads: threads)
    for number in 0..<5 {
      let batch = try #require(try loader.next())
      let (epoch, samples) = order.batch(number)
      for (view, tensor) in try batch.views(on: .cpu).enumerated() {
        let rows = samples.map { [2] + source.views(of: $0, epoch: epoch)[view].map(Int64.init) + [3] }
        let longest = rows.map(\.count).max() ?? 0
        #expect(tensor.shapes == [[8, longest]])
        #expect(
          try tensor.tensor.values() == rows.flatMap { $0 + [Int64](repeating: 0, count: longest - $0.count) })
      }
    }
  }

  @Test func copiesAreFound() {
    let base = Sentences.texts(60)
    let long = (0..<40).map { "word\($0)" }.joined(separator: " ")
    let all = base + [base[3], base[5].uppercased() + "  ", long, long + " more", "a", "b", "a"]
    let texts = TokenizedTexts(all.map { [$0] }, by: tokenizer)
    let copies = TextCopies(among: Array(all.indices), of: texts)
    #expect(copies.exact.isSuperset(of: [60, 61, 66]) && copies.exact.count == 3)
    #expect(copies.near.contains(63) && !copies.near.contains(62))
    #expect(copies.near.isDisjoint(with: 0..<3))
    #expect(copies.sentence(of: all.count)?.contains("3 word for word") == true)
    // The first among those that were named stays.
    #expect(TextCopies(among: [60, 3, 4], of: texts).exact == [3])
    #expect(TextCopies(among: [3, 4], of: texts).sentence(of: 2) == nil)
  }
}
