/// A matrix of which most entries are 0, such as how often each word occurs in each text: the other entries, row after row.
package struct SparseRows: Sendable {
  /// Where each row begins among the entries, and last the number of entries.
  package let starts: [Int]
  /// The column of each entry, from 0 to `width` − 1; within a row none occurs twice.
  package let columns: [Int32]
  /// Finite.
  package let values: [Float]
  package let width: Int

  package var count: Int { starts.count - 1 }

  package init(starts: [Int], columns: [Int32], values: [Float], width: Int) {
    self.starts = starts
    self.columns = columns
    self.values = values
    self.width = width
  }

  /// Some rows, in the order given.
  package subscript(rows: [Int]) -> SparseRows {
    var starts = [0]
    var columns: [Int32] = []
    var values: [Float] = []
    for row in rows {
      columns += self.columns[self.starts[row]..<self.starts[row + 1]]
      values += self.values[self.starts[row]..<self.starts[row + 1]]
      starts.append(columns.count)
    }
    return SparseRows(starts: starts, columns: columns, values: values, width: width)
  }
}
