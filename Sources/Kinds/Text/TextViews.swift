import Learning
import Samples
import Settings

/// Views of texts: the ids of a text's tokens between those of its beginning and end, [longest] int64, as long as the text.
/// Id 0 stands behind it.
package struct TextViews: ViewSource {
  /// The views of a sample.
  enum Form: Sendable {
    /// The beginning, as far as it fits.
    case clean
    /// A part that fits, from a random place.
    case window(seed: UInt64)
    /// The same part, and where its words begin.
    case windowAndWords(seed: UInt64)
    case pair(TextRecipe, SubwordWays?, seed: UInt64)
    case cleanAndCorrupted(TextRecipe, seed: UInt64)
    /// The first part of the text, and the others.
    case related(seed: UInt64)
    /// The beginning of the first part, or of the others.
    case part(isFirst: Bool)
    case disturbed(Disturbance, seed: UInt64)
    /// The beginning, whose second half is replaced by words of another text.
    case mingled(seed: UInt64)
  }

  private let texts: TokenizedTexts
  private let samples: [Int]
  private let form: Form
  /// The most ids of a view, those of beginning and end included.
  private let longest: Int
  private let symbols: TokenSymbols
  private let startsWord: [Bool]

  init(_ texts: TokenizedTexts, samples: [Int], form: Form, longest: Int, _ tokenizer: any Tokenizer) {
    self.texts = texts
    self.samples = samples
    self.form = form
    self.longest = longest
    symbols = tokenizer.symbols
    startsWord = tokenizer.startsWord
  }

  package var sampleCount: Int { samples.count }

  package var lengths: [Int]? { samples.map { min(texts.length(of: $0) + 2, longest) } }

  package var layouts: [ViewLayout] {
    let ids = ViewLayout(shape: [longest], element: .int64, isVarying: true)
    return switch form {
    case .clean, .window, .disturbed, .part, .mingled: [ids]
    case .pair, .cleanAndCorrupted, .related, .windowAndWords: [ids, ids]
    }
  }

  package func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    var lengths = layouts.map { _ in longest }
    for buffer in buffers { buffer.initializeMemory(as: UInt8.self, repeating: 0) }
    try render(sample: sample, epoch: epoch, into: buffers, lengths: &lengths)
  }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    let views = views(of: sample, epoch: epoch)
    for (view, tokens) in views.enumerated() { lengths[view] = write(tokens, into: buffers[view]) }
    if case .windowAndWords = form { lengths[1] = writeWords(of: views[0], into: buffers[1]) }
  }

  /// The tokens of each view, without those of beginning and end.
  package func views(of sample: Int, epoch: Int) -> [[Int32]] {
    let text = texts[samples[sample]]
    func generator(_ seed: UInt64, view: Int) -> ViewGenerator {
      ViewGenerator(seed: seed, epoch: epoch, sample: sample, view: view)
    }
    switch form {
    case .clean: return [Array(text.prefix(room))]
    case .window(let seed), .windowAndWords(let seed):
      var generator = generator(seed, view: 0)
      return [Array(window(text, &generator))]
    case .pair(let recipe, let ways, let seed):
      return (0..<2).map { view in
        var generator = generator(seed, view: view)
        return drawn(text, recipe, ways, &generator)
      }
    case .cleanAndCorrupted(let recipe, let seed):
      var generator = generator(seed, view: 0)
      let part = window(text, &generator)
      return [Array(part), lossy(part, recipe.corruption, &generator)]
    case .related(let seed):
      let (first, rest) = texts.halves(of: samples[sample])
      // What lacks one part is paired with itself: nothing to learn, and nothing wrong.
      return [first.isEmpty ? rest : first, rest.isEmpty ? first : rest].enumerated().map { view, part in
        var generator = generator(seed, view: view)
        return Array(window(part, &generator))
      }
    case .part(let isFirst):
      let (first, rest) = texts.halves(of: samples[sample])
      return [Array((isFirst ? first : rest).prefix(room))]
    case .disturbed(let disturbance, let seed):
      var generator = generator(seed, view: 0)
      return [lossy(text.prefix(room), disturbance.lostShare, &generator)]
    case .mingled(let seed):
      var generator = generator(seed, view: 0)
      return [mingled(text.prefix(room), sample, &generator)]
    }
  }

  private var room: Int { longest - 2 }

  private func write(_ tokens: [Int32], into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let ids = buffer.assumingMemoryBound(to: Int64.self)
    ids[0] = Int64(symbols.first)
    for (place, token) in tokens.enumerated() { ids[place + 1] = Int64(token) }
    ids[tokens.count + 1] = Int64(symbols.last)
    return tokens.count + 2
  }

  /// 1 for tokens that begin a word, and for those of beginning and end.
  private func writeWords(of tokens: [Int32], into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let starts = buffer.assumingMemoryBound(to: Int64.self)
    starts[0] = 1
    for (place, token) in tokens.enumerated() { starts[place + 1] = startsWord[Int(token)] ? 1 : 0 }
    starts[tokens.count + 1] = 1
    return tokens.count + 2
  }

  // MARK: Drawing

  /// A part of a text that fits, which begins with a word.
  private func window(_ text: ArraySlice<Int32>, _ generator: inout ViewGenerator) -> ArraySlice<Int32> {
    crop(text, length: room, &generator)
  }

  /// - Parameter length: the most tokens.
  private func crop(
    _ text: ArraySlice<Int32>, length: Int, _ generator: inout ViewGenerator
  ) -> ArraySlice<Int32> {
    let spare = generator.integer(below: max(1, text.count - length + 1))
    guard text.count > length else { return text }
    var start = text.startIndex + spare
    while start > text.startIndex, !startsWord[Int(text[start])], text.startIndex + spare - start < 8 { start -= 1 }
    return text[start..<min(start + length, text.endIndex)]
  }

  private func drawn(
    _ text: ArraySlice<Int32>, _ recipe: TextRecipe, _ ways: SubwordWays?, _ generator: inout ViewGenerator
  ) -> [Int32] {
    let share = recipe.leastCrop + (recipe.mostCrop - recipe.leastCrop) * Double(generator.uniform())
    let wanted = max(Self.leastTokens, wholeNumber(share * Double(text.count), in: 0...room))
    let part = crop(text, length: min(wanted, room), &generator)
    let kept = recipe.wordDropout > 0 ? lossy(part, recipe.wordDropout, &generator) : Array(part)
    guard recipe.subwordSampling > 0, let ways else { return kept }
    let words = TextWords.split(kept[...], startsWord)
    return Array(words.flatMap { ways.draw($0, alpha: recipe.subwordSampling, &generator) }.prefix(room))
  }

  /// As long as the text, if the other one is long enough.
  private func mingled(
    _ text: ArraySlice<Int32>, _ sample: Int, _ generator: inout ViewGenerator
  ) -> [Int32] {
    let other = (sample + 1 + generator.integer(below: max(1, samples.count - 1))) % samples.count
    let kept = text.count / 2
    return Array(text.prefix(kept) + texts[samples[other]].suffix(text.count - kept))
  }

  /// Fewer say hardly anything.
  private static let leastTokens = 3

  /// Without some words; at least one stays.
  private func lossy(
    _ text: ArraySlice<Int32>, _ share: Double, _ generator: inout ViewGenerator
  ) -> [Int32] {
    let words = TextWords.split(text, startsWord)
    guard words.count > 1 else { return Array(text) }
    let spared = generator.integer(below: words.count)
    // Drawn for every word, so that words are independent.
    return words.enumerated().flatMap { place, word in
      generator.happens(Float(share)) && place != spared ? [] : Array(word)
    }
  }
}

extension Disturbance.Kind {
  /// 10, 30 or 50 % of the words are left out.
  package static let lostWords: Self = "lost words"
}

extension Disturbance {
  fileprivate var lostShare: Double { one(of: [0.1, 0.3, 0.5]) }
}
