import Samples
import Settings

/// How random views of a text are drawn: a part of it, some of whose words are left out, and whose words may be divided
/// into other tokens.
package struct TextRecipe: Codable, Sendable, Equatable {
  /// The part of a text that a view shows, drawn evenly between these two; 1 for the whole text.
  package var leastCrop: Double
  package var mostCrop: Double
  /// The probability that a word is left out.
  package var wordDropout: Double
  /// α of subword regularisation (Kudo 2018): a word is divided in a way of likelihood p with a probability that is
  /// proportional to p to the power of α. The lower it is, the more often unlikely ways are drawn; 0 for the likeliest always.
  package var subwordSampling: Double
  /// The same as `wordDropout` for the second view of the plan "clean and corrupted".
  package var corruption: Double

  package init(
    leastCrop: Double = 1, mostCrop: Double = 1, wordDropout: Double = 0, subwordSampling: Double = 0,
    corruption: Double = 0.6
  ) {
    self.leastCrop = leastCrop
    self.mostCrop = mostCrop
    self.wordDropout = wordDropout
    self.subwordSampling = subwordSampling
    self.corruption = corruption
  }

  /// As half a sentence.
  var summary: String {
    var parts: [String] = []
    if leastCrop < 1 { parts.append("crops of \(plain(leastCrop)) to \(plain(mostCrop)) of a text") }
    if wordDropout > 0 { parts.append("\(plain(wordDropout)) of the words left out") }
    if subwordSampling > 0 { parts.append("subwords drawn") }
    return parts.isEmpty ? "whole texts" : parts.joined(separator: ", ")
  }
}

extension TextRecipe: Validated {
  package func validate() throws(SettingError) {
    try check(leastCrop, in: 0.01...1, "leastCrop")
    try check(mostCrop, in: 0.01...1, "mostCrop")
    guard leastCrop <= mostCrop else {
      throw SettingError("leastCrop", leastCrop, expected: "at most mostCrop, \(plain(mostCrop))")
    }
    try check(wordDropout, in: 0...0.9, "wordDropout")
    try check(subwordSampling, in: 0...10, "subwordSampling")
    try check(corruption, in: 0...0.95, "corruption")
  }
}

/// The ways to divide words into tokens, found once for every word of the texts.
struct SubwordWays: Sendable {
  /// The ways of each word that has several, with the logarithms of their likelihoods.
  private let ways: [[Int32]: [(tokens: [Int32], score: Float)]]

  /// Those after them have hardly any likelihood.
  private static let most = 16

  init(of texts: TokenizedTexts, by tokenizer: any Tokenizer) {
    var ways: [[Int32]: [(tokens: [Int32], score: Float)]] = [:]
    var seen: Set<[Int32]> = []
    for text in 0..<texts.count {
      for word in TextWords.split(texts[text], tokenizer.startsWord) where seen.insert(Array(word)).inserted {
        let found = tokenizer.divisions(of: Array(word), most: Self.most)
        if found.count > 1 { ways[Array(word)] = found }
      }
    }
    self.ways = ways
  }

  /// One way, with a probability proportional to its likelihood to the power of `alpha`.
  func draw(_ word: ArraySlice<Int32>, alpha: Double, _ generator: inout ViewGenerator) -> [Int32] {
    let chance = Double(generator.uniform())
    guard let ways = ways[Array(word)], let best = ways.first else { return Array(word) }
    let weights = ways.map { Self.exponential(alpha * Double($0.score - best.score)) }
    var left = chance * weights.reduce(0, +)
    for (way, weight) in zip(ways, weights) {
      left -= weight
      if left < 0 { return way.tokens }
    }
    return best.tokens
  }

  private static func exponential(_ x: Double) -> Double {
    // e^x = 2^(x / ln 2)
    let power = x * 1.4426950408889634
    let whole = power.rounded(.down)
    guard whole > -1000 else { return 0 }
    // A series for the rest: the same bits on every machine.
    let rest = (power - whole) * 0.6931471805599453
    var (term, sum) = (1.0, 1.0)
    for step in 1...16 {
      term *= rest / Double(step)
      sum += term
    }
    return sum * Double(sign: .plus, exponent: Int(whole), significand: 1)
  }
}

/// Words among tokens.
enum TextWords {
  /// The words of a text: each begins with a token that begins a word, the first with the first token.
  static func split(_ tokens: ArraySlice<Int32>, _ startsWord: [Bool]) -> [ArraySlice<Int32>] {
    var words: [ArraySlice<Int32>] = []
    var start = tokens.startIndex
    for place in tokens.indices.dropFirst() where startsWord[Int(tokens[place])] {
      words.append(tokens[start..<place])
      start = place
    }
    if start < tokens.endIndex { words.append(tokens[start...]) }
    return words
  }
}
