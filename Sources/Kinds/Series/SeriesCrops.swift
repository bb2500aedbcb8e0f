import Torch

/// The two overlapping crops of a batch of TS2Vec (Yue et al. 2022, section 3.2, and the official code).
///
/// Lengths and overlap are shared by the batch; each series is cropped at a place of its own. Of series of different lengths,
/// the shortest decides how long crops may be, and each is cropped anywhere within its own length.
package struct SeriesCrops: Equatable, Sendable {
  /// The steps of the first crop, those that both have, and those of the second: counted from the place of a series.
  package let first: Range<Int>
  package let overlap: Range<Int>
  package let second: Range<Int>
  /// What each series adds to these.
  package let places: [Int]

  /// - Parameters:
  ///   - lengths: steps of each series, at least 2.
  ///   - uniform: a number from 0 to below 1 at each call; called for five numbers and one for each series.
  package init(of lengths: [Int], _ uniform: () -> Double) {
    func drawn(_ range: ClosedRange<Int>) -> Int {
      min(range.upperBound, range.lowerBound + Int((uniform() * Double(range.count)).rounded(.down)))
    }
    let steps = max(2, lengths.min() ?? 2)
    let length = drawn(2...steps)
    let left = drawn(0...steps - length)
    let right = left + length
    let start = drawn(0...left)
    let end = drawn(right...steps)
    first = start..<right
    overlap = left..<right
    second = left..<end
    places = lengths.map { drawn(-start...max(-start, $0 - end)) }
  }

  init(first: Range<Int>, overlap: Range<Int>, second: Range<Int>, places: [Int]) {
    self.first = first
    self.overlap = overlap
    self.second = second
    self.places = places
  }

  /// The largest: both crops are the whole series.
  package init(wholeOf steps: Int, count: Int) {
    first = 0..<steps
    overlap = 0..<steps
    second = 0..<steps
    places = Array(repeating: 0, count: count)
  }

  /// The same crops of some of the series.
  func part(_ series: Range<Int>) -> SeriesCrops {
    SeriesCrops(first: first, overlap: overlap, second: second, places: Array(places[series]))
  }

  /// The steps in `range` of each series, at its own place: [batch, range.count, channels].
  ///
  /// - Parameter values: [batch, steps, channels]
  package func crop(_ values: Tensor, _ range: Range<Int>) throws(TorchError) -> Tensor {
    let channels = values.shape[2]
    let starts = try Tensor(places.map { Int64($0 + range.lowerBound) }).unsqueezed(1)
    let steps = try (starts + Tensor.arange(range.count).unsqueezed(0)).to(device: values.device)
    return try values.gathered(1, steps.unsqueezed(2).expanded([values.shape[0], range.count, channels]))
  }
}
