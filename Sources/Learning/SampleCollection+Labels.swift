import Samples

extension SampleCollection {
  /// The samples that may be trained on: all except those that the labels put into another split.
  package func trainingIndices() throws(DatasetError) -> [Int] {
    guard let labels, labels.hasSplits else { return Array(names.indices) }
    let indices = names.indices.filter { labels.splits[$0] == nil || labels.splits[$0] == .train }
    guard indices.count >= 2 else { throw .tooFewSamples(count: indices.count, lookedFor: "training samples") }
    return indices
  }
}

extension SampleCollection {
  /// The target values of the samples.
  ///
  /// - Parameter file: the CSV with the columns that `request` names, for data in files.
  /// - Returns: nil if the data have no labels.
  package func targets(_ request: TargetRequest, file: String? = nil) throws(DatasetError) -> Targets? {
    if case .labels = request { return labels.flatMap(Targets.init) }
    let (columns, splits) = try numbers(in: request.columns, of: file) { text in
      guard let number = TableCell.number(text) else { return nil }
      if case .memberships = request, number != 0, number != 1 { return nil }
      return number
    }
    return Targets(request, columns, splits: splits)
  }
}
