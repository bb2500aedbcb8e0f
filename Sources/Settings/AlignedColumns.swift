/// The rows of a table with a rule below the first, columns padded to their widest cell. Names in cells neither break a line
/// nor act on a terminal.
package func alignedColumns(_ rows: [[String]]) -> [String] {
  let rows = rows.map { $0.map(visibleLine) }
  let columns = rows.first?.indices ?? 0..<0
  let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
  func line(_ cells: [String]) -> String {
    zip(cells, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
  }
  let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
  return rows.prefix(1).map(line) + [rule] + rows.dropFirst().map(line)
}
