import Learning
import Samples

/// Views of table rows: the unchanged row, and the row with some cells replaced by those of other rows.
///
/// A replaced cell gets the value of the same column in a random row of the source. So it is drawn from the empirical
/// marginal distribution of the column, unknown cells included. Cells are replaced before categories are spread over
/// several inputs, so a category is always complete. A view is [width] float32.
package struct TableViews: ViewSource {
  /// The kinds of views of a sample.
  enum Form: Sendable {
    case clean
    case pair(Replacing)
    case cleanAndCorrupted(Replacing)
    case corruptedMaskAndClean(Replacing)
    case disturbed(Disturbance, seed: UInt64)
  }

  /// How cells are replaced.
  struct Replacing: Sendable {
    let corruption: RowCorruption
    let seed: UInt64
  }

  private let table: TableRows
  /// The rows of `table` that are samples, from which replaced cells are drawn.
  private let rows: [Int]
  private let form: Form

  init(_ table: TableRows, rows: [Int], form: Form) {
    self.table = table
    self.rows = rows
    self.form = form
  }

  package var sampleCount: Int { rows.count }

  package var layouts: [ViewLayout] {
    let row = ViewLayout(shape: [table.width])
    return switch form {
    case .clean, .disturbed: [row]
    case .pair, .cleanAndCorrupted: [row, row]
    case .corruptedMaskAndClean: [row, ViewLayout(shape: [table.columnCount]), row]
    }
  }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]
  ) throws(SampleError) {
    let views = buffers.map { $0.assumingMemoryBound(to: Float.self) }
    let cells = table[rows[sample]]
    func corrupted(view: Int, _ replacing: Replacing) -> [Float] {
      var generator = ViewGenerator(seed: replacing.seed, epoch: epoch, sample: sample, view: view)
      return replace(cells, replacing.corruption, &generator)
    }
    switch form {
    case .clean: table.encode(cells, into: views[0])
    case .disturbed(let disturbance, let seed):
      var generator = ViewGenerator(seed: seed, epoch: epoch, sample: sample, view: 0)
      table.encode(disturbed(cells, by: disturbance, &generator), into: views[0])
    case .pair(let replacing):
      table.encode(corrupted(view: 0, replacing), into: views[0])
      table.encode(corrupted(view: 1, replacing), into: views[1])
    case .cleanAndCorrupted(let replacing):
      table.encode(cells, into: views[0])
      table.encode(corrupted(view: 1, replacing), into: views[1])
    case .corruptedMaskAndClean(let replacing):
      let other = corrupted(view: 0, replacing)
      table.encode(other, into: views[0])
      // If the drawn value is the same, the cell counts as not replaced, because no model could find it.
      for (place, (before, after)) in zip(cells, other).enumerated() {
        views[1][place] = before == after || (before.isNaN && after.isNaN) ? 0 : 1
      }
      table.encode(cells, into: views[2])
    }
  }

  private func disturbed(
    _ cells: ArraySlice<Float>, by disturbance: Disturbance, _ generator: inout ViewGenerator
  ) -> [Float] {
    zip(cells, table.deviations).map { cell, deviation in
      // Drawn for every cell, so that cells are independent.
      let (isMissing, shift) = (generator.happens(disturbance.missingShare), generator.normal())
      return isMissing ? .nan : cell + shift * disturbance.numberDeviation * deviation
    }
  }

  private func replace(
    _ cells: ArraySlice<Float>, _ corruption: RowCorruption, _ generator: inout ViewGenerator
  ) -> [Float] {
    var result = Array(cells)
    for column in corruption.columns(of: table.columnCount, generator: &generator) {
      let donor = table[rows[generator.integer(below: rows.count)]]
      result[column] = donor[donor.startIndex + column]
    }
    return result
  }
}
