/// One score per sample and class. The greatest score of a sample is that of its predicted class.
public struct ClassScores: Sendable, Equatable {
  /// At least 1.
  public let classCount: Int
  /// [count, classCount], row by row.
  public let values: [Double]

  /// Samples.
  public var count: Int { values.count / classCount }

  /// - Parameters:
  ///   - values: [count, classCount], row by row; finite.
  ///   - classCount: at least 1.
  /// - Throws: `MeasureError` where a value is not finite, or values do not fill whole rows.
  public init(values: [Double], classCount: Int) throws(MeasureError) {
    guard classCount > 0 else { throw .parameter("classCount", found: "\(classCount)", expected: "at least 1") }
    guard values.count.isMultiple(of: classCount) else {
      throw .count(
        "scores", found: values.count, expected: (values.count / classCount + 1) * classCount)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite("scores", value: values[index], row: index / classCount, column: index % classCount)
    }
    self.values = values
    self.classCount = classCount
  }

  /// The scores of one sample, from 0 to `count` − 1.
  public subscript(row: Int) -> ArraySlice<Double> { values[row * classCount..<(row + 1) * classCount] }

  /// The class of the greatest score of each sample; of equal scores the first.
  public var predictions: [Int] {
    (0..<count).map { row in
      var best = row * classCount
      for index in best + 1..<best + classCount where values[index] > values[best] { best = index }
      return best - row * classCount
    }
  }
}
