import Foundation
import Measures
import Samples
import Torch

/// The classic vectors of texts, which need no learning: how often a word occurs in a text, times how rare it is among all
/// texts (TF-IDF, Spärck Jones 1972; as scikit-learn's `TfidfVectorizer`). Each vector has length 1.
struct TermWeights: Sendable {
  /// The terms of each text, as columns with weights.
  let rows: SparseRows
  /// How rare each term is: ln((1 + n) / (1 + texts with the term)) + 1.
  let rareness: [Float]

  /// How many terms there are.
  var width: Int { rareness.count }
  var count: Int { rows.count }

  /// - Parameters:
  ///   - training: the texts whose words and rareness count.
  ///   - most: the most terms: of more, those in the most texts.
  init(_ texts: [String], fittedOn training: [Int], most: Int = 1_000_000) {
    let words = texts.map(Self.words(of:))
    var frequency: [String: Int] = [:]
    for text in training { for word in Set(words[text]) { frequency[word, default: 0] += 1 } }
    // In an order that does not depend on the hashes of this process.
    let kept = frequency.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }.prefix(most)
    var column: [String: Int32] = [:]
    for (place, term) in kept.enumerated() { column[term.key] = Int32(place) }
    self.init(
      columnsOfTexts: words.lazy.map { $0.compactMap { column[$0] } }, frequencies: kept.map(\.value),
      of: training.count)
  }

  /// The same with tokens for words; all texts are fitted on.
  ///
  /// - Parameter entries: those of the vocabulary, a column each.
  init(_ texts: [ArraySlice<Int32>], entries: Int) {
    var frequencies = [Int](repeating: 0, count: entries)
    for text in texts { for token in Set(text) { frequencies[Int(token)] += 1 } }
    self.init(columnsOfTexts: texts.lazy.map(Array.init), frequencies: frequencies, of: texts.count)
  }

  /// - Parameters:
  ///   - texts: the column of each word of each text.
  ///   - frequencies: how many of the `total` texts that count have the term of a column.
  private init(columnsOfTexts texts: some Sequence<[Int32]>, frequencies: [Int], of total: Int) {
    let rareness = frequencies.map { Float(log(Double(1 + total) / Double(1 + $0)) + 1) }
    var starts = [0]
    var columns: [Int32] = []
    var weights: [Float] = []
    for text in texts {
      var counts: [Int32: Float] = [:]
      for place in text { counts[place, default: 0] += 1 }
      let row = counts.map { ($0.key, $0.value * rareness[Int($0.key)]) }.sorted { $0.0 < $1.0 }
      let length = row.reduce(0) { $0 + $1.1 * $1.1 }.squareRoot()
      columns += row.map(\.0)
      weights += row.map { $0.1 / max(length, 1e-12) }
      starts.append(columns.count)
    }
    self.rareness = rareness
    rows = SparseRows(starts: starts, columns: columns, values: weights, width: rareness.count)
  }

  /// Words of at least two letters, digits or underscores, in lower case; a sign of Chinese, Japanese or Korean writing,
  /// which has no spaces, is a word with the one after it.
  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func finish() {
      if word.count > 1 { words.append(String(word)) }
      word = String.UnicodeScalarView()
    }
    var lastIdeograph: Unicode.Scalar?
    for scalar in text.lowercased().unicodeScalars {
      if scalar.properties.isIdeographic || (0x3040...0x30FF).contains(scalar.value) {
        finish()
        if let last = lastIdeograph { words.append(String(String.UnicodeScalarView([last, scalar]))) }
        lastIdeograph = scalar
        continue
      }
      lastIdeograph = nil
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" {
        word.append(scalar)
      } else {
        finish()
      }
    }
    finish()
    return words
  }

  /// All rows as they are: [count, width].
  func dense() throws(TorchError) -> Tensor {
    var values = [Float](repeating: 0, count: count * max(1, width))
    for row in 0..<count {
      for place in rows.starts[row]..<rows.starts[row + 1] {
        values[row * width + Int(rows.columns[place])] = rows.values[place]
      }
    }
    return try Tensor(values).reshaped([count, max(1, width)])
  }

  /// The rows on the main directions of those of the training texts (latent semantic analysis, Deerwester et al. 1990), by
  /// the randomised decomposition of Halko et al. 2011. [count, directions], each of length 1.
  func reduced(to directions: Int, fittedOn training: [Int]) throws -> Tensor {
    guard let axes = try axes(directions, fittedOn: training) else { return try Tensor.zeros([count, 1]) }
    return try normalized(times(axes, rows: Array(0..<count)))
  }

  /// The main directions of some rows, the last the largest: [width, directions], orthogonal and of length 1; fewer where the
  /// rows have fewer, nil if they have none.
  func axes(_ directions: Int, fittedOn rows: [Int]) throws -> Tensor? {
    let size = min(directions + 10, width, rows.count)
    guard size > 0 else { return nil }
    var basis = try Runtime.seeded(0) { try Tensor.randn([width, size]) }
    var left = try Self.orthogonal(times(basis, rows: rows))
    for _ in 0..<4 {
      basis = try Self.orthogonal(transposedTimes(left, rows: rows))
      left = try Self.orthogonal(times(basis, rows: rows))
    }
    // left · core are the rows, as far as these directions show them: [size, width].
    let core = try transposedTimes(left, rows: rows).transposed()
    let eigen = try core.matmul(core.transposed()).symmetricEigen()
    let kept = min(directions, size)
    let vectors = try eigen.vectors.narrowed(1, size - kept..<size)
    return try Self.orthogonal(core.transposed().matmul(vectors))
  }

  private static let decomposition = Operator("linalg_qr")

  private static func orthogonal(_ x: Tensor) throws(TorchError) -> Tensor {
    try decomposition.all(.tensor(x), .string("reduced"), capacity: 2)[0]
  }

  /// Some rows times a matrix [width, n]: [rows, n].
  private func times(_ matrix: Tensor, rows: [Int]) throws(TorchError) -> Tensor {
    let size = matrix.shape[1]
    let (starts, columns, weights) = (self.rows.starts, self.rows.columns, self.rows.values)
    let values = try matrix.contiguous().values(as: Float.self)
    var result = [Float](repeating: 0, count: rows.count * size)
    result.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { values in
        for (place, row) in rows.enumerated() {
          for entry in starts[row]..<starts[row + 1] {
            let (weight, from) = (weights[entry], Int(columns[entry]) * size)
            for column in 0..<size { result[place * size + column] += weight * values[from + column] }
          }
        }
      }
    }
    return try Tensor(result).reshaped([rows.count, size])
  }

  /// The same with the rows as columns: [width, n] from [rows, n].
  private func transposedTimes(_ matrix: Tensor, rows: [Int]) throws(TorchError) -> Tensor {
    let size = matrix.shape[1]
    let (starts, columns, weights) = (self.rows.starts, self.rows.columns, self.rows.values)
    let values = try matrix.contiguous().values(as: Float.self)
    var result = [Float](repeating: 0, count: width * size)
    result.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { values in
        for (place, row) in rows.enumerated() {
          for entry in starts[row]..<starts[row + 1] {
            let (weight, to) = (weights[entry], Int(columns[entry]) * size)
            for column in 0..<size { result[to + column] += weight * values[place * size + column] }
          }
        }
      }
    }
    return try Tensor(result).reshaped([width, size])
  }
}
