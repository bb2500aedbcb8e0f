import Samples

/// Views followed by the class of each sample: one int64, −1 if it is not known.
package struct ClassifiedViews: ViewSource {
  private let views: any ViewSource
  private let classes: [Int]

  /// - Parameter classes: one for each sample of `views`.
  package init(_ views: any ViewSource, classes: [Int]) {
    self.views = views
    self.classes = classes
  }

  package var sampleCount: Int { views.sampleCount }
  package var decodingTime: Duration { views.decodingTime }
  package var layouts: [ViewLayout] { views.layouts + [ViewLayout(shape: [], element: .int64)] }

  package func render(sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer]) throws(SampleError) {
    try views.render(sample: sample, epoch: epoch, into: Array(buffers.dropLast()))
    buffers[buffers.count - 1].storeBytes(of: Int64(classes[sample]), as: Int64.self)
  }

  package func render(
    sample: Int, epoch: Int, into buffers: [UnsafeMutableRawBufferPointer], lengths: inout [Int]
  ) throws(SampleError) {
    var own = Array(lengths.dropLast())
    try views.render(sample: sample, epoch: epoch, into: Array(buffers.dropLast()), lengths: &own)
    lengths = own + lengths.suffix(1)
    buffers[buffers.count - 1].storeBytes(of: Int64(classes[sample]), as: Int64.self)
  }

  package var lengths: [Int]? { views.lengths }
  package var alike: [[Int]]? { views.alike }
}

extension SampleCollection {
  /// The class of each sample in `indices` for training: −1 if it has none, or if the labels put it into another split
  /// than training.
  ///
  /// - Throws: `DatasetError.noClasses` if no sample has one.
  public func trainingClasses(of indices: [Int]) throws(DatasetError) -> [Int] {
    let classes = indices.map { index -> Int in
      guard let labels, labels.splits[index] == nil || labels.splits[index] == .train else { return -1 }
      return labels.classIndices[index] ?? -1
    }
    guard classes.contains(where: { $0 >= 0 }) else { throw .noClasses(place: configuration.labelPlace) }
    return classes
  }
}
