/// Views with the class of each sample behind them: one int64, −1 where it is not known.
struct ClassifiedViews: ViewSource {
  private let views: any ViewSource
  private let classes: [Int]

  /// - Parameter classes: one for each sample of `views`.
  init(_ views: any ViewSource, classes: [Int]) {
    self.views = views
    self.classes = classes
  }

  var sampleCount: Int { views.sampleCount }
  var decodingTime: Duration { views.decodingTime }
  var layouts: [ViewLayout] { views.layouts + [ViewLayout(shape: [], element: .int64)] }

  func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    try views.render(sample: sample, epoch: epoch, into: Array(buffers.dropLast()))
    buffers[buffers.count - 1].storeBytes(of: Int64(classes[sample]), as: Int64.self)
  }
}

extension SampleCollection {
  /// The class of each sample in `indices` that may be learned from: −1 where there is none, and for all that the labels
  /// put into another part of the data than training.
  ///
  /// - Throws: `DatasetError.noClasses` where no sample has one.
  func trainingClasses(of indices: [Int]) throws(DatasetError) -> [Int] {
    let classes = indices.map { index -> Int in
      guard let labels, labels.splits[index] == nil || labels.splits[index] == .train else { return -1 }
      return labels.classIndices[index] ?? -1
    }
    guard classes.contains(where: { $0 >= 0 }) else { throw .noClasses(option: configuration.labelOption) }
    return classes
  }
}
