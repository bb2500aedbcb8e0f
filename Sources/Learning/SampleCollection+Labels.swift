import Samples

extension SampleCollection {
  /// The samples that may be trained on: all except those that the labels put into another split, and copies.
  package func trainingIndices() throws(DatasetError) -> [Int] {
    guard let labels, labels.hasSplits else { return withoutCopies(Array(names.indices)) }
    let indices = withoutCopies(
      names.indices.filter { labels.splits[$0] == nil || labels.splits[$0] == .train })
    guard indices.count >= 2 else { throw .tooFewSamples(count: indices.count, lookedFor: "training samples") }
    return indices
  }
}

extension SampleCollection {
  /// How the data and their labels were read, a sentence each.
  package var allNotes: [String] { notes + (labels?.notes ?? []) }

  /// The target values of the samples.
  ///
  /// - Parameter file: the CSV with the columns that `request` names, for data in files.
  /// - Returns: nil if the data have no labels.
  package func targets(_ request: TargetRequest, file: String? = nil) throws(DatasetError) -> Targets? {
    if case .labels = request { return labels.flatMap { Targets($0) } }
    let notation = try writtenNumbers(of: request, file: file)
    let read = { (text: String) -> Double? in
      if let notation { return notation.number(text) }
      return TableCell.number(text)
    }
    let (columns, splits) = try numbers(in: request.columns, of: file) { text in
      guard let number = read(text) else { return nil }
      if case .memberships = request, number != 0, number != 1 { return nil }
      return number
    }
    return Targets(request, columns, splits: splits, notation: notation)
  }

  /// How a column of numbers is written; nil if as 1638.23, or if its cells are not all written in one way.
  private func writtenNumbers(of request: TargetRequest, file: String?) throws(DatasetError) -> NumberNotation? {
    guard case .number = request else { return nil }
    var cells: [String] = []
    _ = try numbers(in: request.columns, of: file) { text in
      cells.append(text)
      return 0
    }
    guard !cells.isEmpty, case .notation(let found) = NotationSearch.notation(of: cells, usual: .point) else {
      return nil
    }
    return found
  }
}
