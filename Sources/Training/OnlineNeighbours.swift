import Learning
import Measures
import Samples
import Torch

/// Measures, now and then during a run, how well labelled training samples find their class among each other.
///
/// Labels never reach the loss. Samples of one group are not asked about each other. At most 1,000 labelled samples
/// take part, evenly spread over the data, and epochs are left out so that the forward passes cost about 3 % of the
/// training (a training sample costs about six: two views, forward and backward).
struct OnlineNeighbours {
  static let sampleLimit = 1000
  static let costShare = 0.03

  private let source: any ViewSource
  private let labels: [Int]
  private let groups: [Int?]?
  private let epochInterval: Int
  private let batchSize: Int

  /// Nil where fewer than two classes are known among `indices`, or all are of one group.
  ///
  /// - Parameter batchSize: of the run, so that finding neighbours needs no more memory than a step.
  init?(data: any SampleCollection, indices: [Int], samplesPerEpoch: Int, batchSize: Int) {
    self.batchSize = batchSize
    guard let all = data.labels else { return nil }
    let labelled = indices.filter { all.classIndices[$0] != nil }
    let count = min(labelled.count, Self.sampleLimit)
    guard count >= 2 else { return nil }
    let chosen = labelled.evenlySpread(count)
    labels = chosen.compactMap { all.classIndices[$0] }
    guard Set(labels).count >= 2 else { return nil }
    groups = data.groups?.of(chosen)
    if let groups, !Self.haveOthers(groups) { return nil }
    source = data.evaluationView(of: chosen)
    epochInterval = max(1, Int((Double(count) / (6 * Double(samplesPerEpoch) * Self.costShare)).rounded(.up)))
  }

  func isDue(afterEpoch epoch: Int, isLast: Bool) -> Bool { isLast || (epoch + 1).isMultiple(of: epochInterval) }

  /// Whether there is more than one group; a sample without one is a group of its own.
  private static func haveOthers(_ groups: [Int?]) -> Bool {
    guard let first = groups.first else { return false }
    return first == nil ? groups.count > 1 : groups.contains { $0 != first }
  }

  /// - Returns: nil where what can be read is of one group.
  func accuracy(of encoder: Encoder) throws -> Float? {
    let (features, samples, _) = try encoder.features(of: source, batchSize: batchSize)
    let truth = samples.map { labels[$0] }
    let asked = groups.map { all in samples.map { all[$0] } }
    if let asked, !Self.haveOthers(asked) { return nil }
    let found = try NearestNeighbours()
      .answersLeavingOneOut(bank: features, labels: truth, groups: asked)
    return Float(zip(found, truth).count { $0 == $1 }) / Float(truth.count)
  }
}
