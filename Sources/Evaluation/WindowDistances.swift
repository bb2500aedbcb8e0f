import Learning
import Torch

/// How far each window of a recording is from the most similar window of the training data: a score without learning for
/// steps that stand out.
///
/// Windows are compared as they are after scaling, by the root of the mean squared difference of their values. The score of a step is the mean over
/// all windows that hold it, those behind it included.
struct WindowDistances {
  /// Steps of a window.
  let length: Int
  /// How many windows of the training data others are compared with, and how many there are.
  let compared: Int
  let total: Int
  private let channels: Int
  /// [windows, length · channels], and the squared length of each.
  private let windows: Tensor
  private let norms: Tensor

  /// More numbers of training windows are not compared; some of the windows then stand for all.
  private static let mostNumbers = 1 << 24
  /// Distances in memory at a time.
  private static let distancesAtOnce = 1 << 22

  /// - Parameter steps: samples of the training data; those that are shorter than a window are left out.
  /// - Returns: nil if all are.
  init?(of steps: any RecordedSteps, length: Int) throws(TorchError) {
    let lengths = steps.lengths
    self.length = length
    channels = steps.channels.count
    let width = length * channels
    let counts = lengths.map { max(0, $0 - length + 1) }
    total = counts.reduce(0, +)
    guard total > 0 else { return nil }
    compared = min(total, max(1, Self.mostNumbers / width))
    var numbers: [Float] = []
    numbers.reserveCapacity(compared * width)
    var before = 0
    for (sample, count) in counts.enumerated() where count > 0 {
      // Evenly spread over all windows of all samples.
      let first = (before * compared + total - 1) / total
      let last = ((before + count) * compared + total - 1) / total
      if first < last {
        let values = steps.filledValues(of: sample)
        for chosen in first..<last {
          let start = chosen * total / compared - before
          numbers += values[start * channels..<start * channels + width]
        }
      }
      before += count
    }
    let all = try Tensor(numbers, shape: [compared, width])
    norms = try noGrad { () throws(TorchError) in try all.squared().sum([1]) }
    windows = all
  }

  /// The score of each step of a recording of as many channels; nil if it is shorter than a window.
  ///
  /// - Parameter values: [steps, channels], none missing.
  func scores(of values: [Float]) throws(TorchError) -> [Double]? {
    let steps = values.count / channels
    guard steps >= length else { return nil }
    let width = length * channels
    let count = steps - length + 1
    let rows = max(1, min(Self.distancesAtOnce / max(1, compared), Self.mostNumbers / width))
    var sums = [Double](repeating: 0, count: steps + 1)
    for first in stride(from: 0, to: count, by: rows) {
      let part = first..<min(first + rows, count)
      var numbers: [Float] = []
      numbers.reserveCapacity(part.count * width)
      for start in part { numbers += values[start * channels..<start * channels + width] }
      let distances = try noGrad { () throws(TorchError) in
        let own = try Tensor(numbers, shape: [part.count, width])
        let nearest = try (own.matmul(windows.transposed()) * 2 - norms).max(1).values
        return try ((own.squared().sum([1]) - nearest).clamped(atLeast: 0) / Double(width)).squareRoot()
          .values(as: Float.self)
      }
      for (start, distance) in zip(part, distances) {
        // Each distance counts for the steps of its window.
        sums[start] += Double(distance)
        sums[start + length] -= Double(distance)
      }
    }
    var running = 0.0
    return (0..<steps).map { step in
      running += sums[step]
      let holding = min(step, count - 1) - max(0, step - length + 1) + 1
      return max(0, running / Double(holding))
    }
  }
}
