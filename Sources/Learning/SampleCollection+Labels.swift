import Samples

extension SampleCollection {
  /// The samples that may be trained on: all but those that the labels put into another part of the data.
  public func trainingIndices() throws(DatasetError) -> [Int] {
    guard let labels, labels.hasSplits else { return Array(names.indices) }
    let indices = names.indices.filter { labels.splits[$0] == nil || labels.splits[$0] == .train }
    guard indices.count >= 2 else { throw .tooFewSamples(count: indices.count, lookedFor: "training samples") }
    return indices
  }
}

extension SampleCollection {
  /// What is to be told of each sample.
  ///
  /// - Parameter file: a CSV about files, where `request` names columns of one.
  /// - Returns: nil where the data have no labels.
  public func targets(_ request: TargetRequest, file: String? = nil) throws(DatasetError) -> Targets? {
    if case .labels = request { return labels.flatMap(Targets.init) }
    let (columns, splits) = try numbers(in: request.columns, of: file) { text in
      guard let number = TableCell.number(text) else { return nil }
      if case .memberships = request, number != 0, number != 1 { return nil }
      return number
    }
    return Targets(request, columns, splits: splits)
  }
}
