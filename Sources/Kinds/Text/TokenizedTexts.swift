import Samples

/// The tokens of many texts, in one list.
package struct TokenizedTexts: Sendable {
  private let ids: [Int32]
  /// Where the tokens of each text begin, and where those of the last end.
  private let starts: [Int]
  /// How many tokens of each text are from its first part.
  private let firstParts: [Int]

  package var count: Int { starts.count - 1 }

  /// Texts that are tokens already, of one part each.
  init(_ tokens: [[Int32]]) {
    ids = Array(tokens.joined())
    starts = tokens.reduce(into: [0]) { $0.append($0.last! + $1.count) }
    firstParts = tokens.map(\.count)
  }

  /// - Parameter parts: the parts of each text, in their order; a part may be empty.
  package init(_ parts: [[String]], by tokenizer: any Tokenizer) {
    let size = 256
    let chunks = (parts.count + size - 1) / size
    let all = concurrentMap(count: chunks) { chunk in
      parts[chunk * size..<min((chunk + 1) * size, parts.count)].map { parts in
        let tokens = parts.map { $0.isEmpty ? [] : tokenizer.tokens(of: $0) }
        return (ids: Array(tokens.joined()), first: tokens.first?.count ?? 0)
      }
    }
    var ids: [Int32] = []
    ids.reserveCapacity(all.reduce(0) { $0 + $1.reduce(0) { $0 + $1.ids.count } })
    var starts = [0]
    var firstParts: [Int] = []
    for text in all.joined() {
      ids += text.ids
      starts.append(ids.count)
      firstParts.append(text.first)
    }
    self.ids = ids
    self.starts = starts
    self.firstParts = firstParts
  }

  /// The tokens of a text, without those of its beginning and end.
  package subscript(text: Int) -> ArraySlice<Int32> { ids[starts[text]..<starts[text + 1]] }

  func length(of text: Int) -> Int { starts[text + 1] - starts[text] }

  /// The first part of a text, and the others.
  func halves(of text: Int) -> (first: ArraySlice<Int32>, rest: ArraySlice<Int32>) {
    let middle = starts[text] + firstParts[text]
    return (ids[starts[text]..<middle], ids[middle..<starts[text + 1]])
  }

  /// How many texts have more tokens than this, and how many the longest has.
  func longer(than limit: Int) -> (count: Int, longest: Int) {
    var (count, longest) = (0, 0)
    for text in 0..<self.count {
      count += length(of: text) > limit ? 1 : 0
      longest = max(longest, length(of: text))
    }
    return (count, longest)
  }
}
