import Measures
import TestSupport
import Testing
import Torch

@Suite struct PrincipalComponentsTests {
  /// Samples along two orthogonal directions of known variance, turned by a known rotation.
  @Test func knownDirectionsAreFound() throws {
    var random = TestNumbers(7)
    let along = (0..<50).map { _ in (5 * random.normal(), random.normal()) }
    let rows = along.map { [0.6 * $0.0 - 0.8 * $0.1 + 3, 0.8 * $0.0 + 0.6 * $0.1 - 1, 0.0] }
    let components = try PrincipalComponents(of: tensor(rows), count: 3)
    let (a, b) = (along.map(\.0), along.map(\.1))
    let means = (a.reduce(0, +) / 50, b.reduce(0, +) / 50)
    let values = try components.coordinates.values(as: Double.self)
    let centred = a.map { $0 - means.0 }
    let sign: Double = (centred.max { abs($0) < abs($1) } ?? 0) < 0 ? -1 : 1
    // The directions of a finite sample differ a little from those it was drawn along.
    expectClose((0..<50).map { values[3 * $0] }, centred.map { sign * $0 }, absolute: 0.8)
    #expect((0..<50).allSatisfy { values[3 * $0 + 2] == 0 })
    #expect(components.explained[0] > 0.9 && components.explained[2] == 0)
    expectClose([components.explained.reduce(0, +)], [1], absolute: 1e-9)
  }

  /// Fewer samples than features: the other Gram matrix gives the same picture.
  @Test func bothWaysAgree() throws {
    var random = TestNumbers(8)
    let rows = random.matrix(7, 5)
    let tall = try PrincipalComponents(of: tensor(rows), count: 2)
    let wide = try PrincipalComponents(of: tensor(rows.map { $0 + [0, 0, 0, 0] }), count: 2)
    try expectClose(wide.coordinates, tall.coordinates, absolute: 1e-9)
    expectClose(wide.explained, tall.explained, absolute: 1e-12)
  }

  @Test func nothingThatVariesIsZero() throws {
    let flat = try PrincipalComponents(of: .ones([6, 4]), count: 2)
    #expect(flat.explained == [0, 0])
    #expect(try flat.coordinates.values(as: Double.self).allSatisfy { $0 == 0 })
    #expect(throws: MeasureError.self) { try PrincipalComponents(of: .ones([6, 4]), count: 0) }
  }
}
