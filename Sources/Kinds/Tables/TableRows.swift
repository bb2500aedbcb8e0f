/// The features of a table's rows, ready for views: scaled numbers, and indices of categories.
struct TableRows: Sendable {
  /// The number of features, before categories are spread over several inputs.
  let columnCount: Int
  /// The number of inputs of the model.
  let width: Int
  /// [rows, columnCount]; NaN if unknown, −1 for a category that was not in the training part.
  private let values: [Float]
  private let slots: [Slot]
  /// The approximate standard deviation of each feature in `values`: 1 for standardised numbers, a quarter for numbers
  /// in 0 to 1, and 0 for categories.
  let deviations: [Float]

  /// The inputs of one feature.
  private struct Slot: Sendable {
    enum Kind: Sendable {
      case number(fill: Float)
      case category(count: Int, fill: Int)
    }
    let kind: Kind
    let start: Int
    let marksMissing: Bool
  }

  init(values: [Float], features: [TableColumn], scaling: NumberEncoding.Scaling) {
    var slots: [Slot] = []
    var start = 0
    for column in features {
      switch column.role {
      case .number(let encoding), .date(let encoding):
        let fill = Float((encoding.fill - encoding.centre) / encoding.scale)
        slots.append(Slot(kind: .number(fill: fill), start: start, marksMissing: encoding.marksMissing))
      case .category(let encoding):
        let kind = Slot.Kind.category(count: encoding.values.count, fill: encoding.fill)
        slots.append(Slot(kind: kind, start: start, marksMissing: encoding.marksMissing))
      case .label, .group, .split, .identifier, .leftOut: continue
      }
      start += column.width
    }
    self.values = values
    self.slots = slots
    deviations = slots.map { slot in
      guard case .number = slot.kind else { return 0 }
      return scaling == .standard ? 1 : 0.25
    }
    columnCount = slots.count
    width = start
  }

  subscript(row: Int) -> ArraySlice<Float> { values[row * columnCount..<(row + 1) * columnCount] }

  /// Spreads the cells of one row over the inputs.
  func encode(_ cells: some Collection<Float>, into inputs: UnsafeMutableBufferPointer<Float>) {
    for (cell, slot) in zip(cells, slots) {
      let isUnknown = cell.isNaN
      var next = slot.start
      switch slot.kind {
      case .number(let fill):
        inputs[next] = isUnknown ? fill : cell
        next += 1
      case .category(let count, let fill):
        for index in 0..<count { inputs[next + index] = 0 }
        let index = isUnknown ? fill : Int(cell)
        if index >= 0 { inputs[next + index] = 1 }
        next += count
      }
      if slot.marksMissing { inputs[next] = isUnknown ? 1 : 0 }
    }
  }
}
