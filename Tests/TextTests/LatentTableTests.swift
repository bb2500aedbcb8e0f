import Testing
import Torch

@testable import Text

@Suite struct LatentTableTests {
  /// Words of three topics, which hardly mix.
  private static let texts: [[Int32]] = (0..<90).map { (text: Int) -> [Int32] in
    let topic = text % 3
    return (0..<12).map { place in
      let other = (text * 7 + place * 5) % 11 == 0
      return Int32(1 + (other ? (text + place) % 30 : topic * 10 + (text * place + place * place) % 10))
    }
  }

  /// The same space as that of all directions, which the matrix of all pairs of terms gives.
  @Test func axesAreThoseOfTheWholeDecomposition() throws {
    let terms = TermWeights(Self.texts.map { $0[...] }, entries: 32)
    let axes = try #require(try terms.axes(3, fittedOn: Array(Self.texts.indices)))
    #expect(axes.shape == [32, 3])
    let rows = try terms.dense()
    let eigen = try rows.transposed().matmul(rows).symmetricEigen()
    let wanted = try eigen.vectors.narrowed(1, 29..<32)
    let difference = try axes.matmul(axes.transposed()) - wanted.matmul(wanted.transposed())
    #expect(try (difference * difference).mean().item() < 1e-10)
  }

  /// A bag begins where latent semantic analysis ends: means of the table's rows have the angles of TF-IDF on the axes.
  @Test func meansOfTheTableArePlacesOnTheAxes() throws {
    let tokens = TokenizedTexts(Self.texts)
    let table = try LatentTable.make(of: Array(Self.texts.indices), in: tokens, entries: 32, width: 3)
    let terms = TermWeights(Self.texts.map { $0[...] }, entries: 32)
    let reduced = try terms.reduced(to: 3, fittedOn: Array(Self.texts.indices)).values(as: Float.self)
    let values = try table.values(as: Float.self)
    for (text, ids) in Self.texts.enumerated() {
      var sum = [Float](repeating: 0, count: 3)
      for id in ids { for axis in 0..<3 { sum[axis] += values[Int(id) * 3 + axis] } }
      let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for axis in 0..<3 { #expect(abs(sum[axis] / length - reduced[text * 3 + axis]) < 1e-4, "\(text)") }
    }
    let deviation = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
    #expect(abs(deviation - 0.1) < 1e-3)
  }

  @Test func aSmallCorpusFillsTheWidth() throws {
    let few = Array(Self.texts.prefix(4))
    let table = try LatentTable.make(of: [0, 1, 2, 3], in: TokenizedTexts(few), entries: 32, width: 16)
    #expect(table.shape == [32, 16])
    #expect(try table.values(as: Float.self).allSatisfy(\.isFinite))
    let nothing = try LatentTable.make(of: [], in: TokenizedTexts(few), entries: 32, width: 16)
    #expect(nothing.shape == [32, 16])
  }
}
