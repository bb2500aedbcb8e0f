import Samples

/// The steps of samples that go on in time, such as those of recordings.
///
/// Samples are numbered as in the collection that they belong to, steps from 0.
public protocol RecordedSteps: Sendable {
  /// The names of the values of a step.
  var channels: [String] { get }
  /// How many steps each sample has.
  var lengths: [Int] { get }
  /// The values of a sample as they were recorded, [steps, channels] row by row; not a number where one is missing.
  func values(of sample: Int) -> [Float]
  /// The values as a network sees them, with missing ones on straight lines between their neighbours.
  func filledValues(of sample: Int) -> [Float]
  /// The label of each step, nil where it has none; nil if no step has one.
  func labels(of sample: Int) -> [String?]?
  /// A view for each step in `steps`: the step itself, which is the last, behind up to `context` steps that come before it.
  ///
  /// - Parameter hidesLast: whether the values of the step itself are missing from its view.
  func contexts(of sample: Int, at steps: [Int], context: Int, hidesLast: Bool) -> any ViewSource
}

extension RecordedSteps {
  /// The values of one channel of a sample.
  package func values(of sample: Int, channel: Int) -> [Float] {
    let all = values(of: sample)
    return stride(from: channel, to: all.count, by: max(1, channels.count)).map { all[$0] }
  }
}
