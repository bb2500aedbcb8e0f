import Learning
import Measures
import Samples
import Torch
import Training

/// Samples on both sides of a division: what a network memorised of them is counted as a right prediction.
package struct Leakage: Codable, Sendable {
  package struct Pair: Codable, Sendable {
    package let training: String
    package let test: String
    /// The similarity of the network's features, 1 if they are the same.
    package let similarity: Double
  }

  /// Test samples that hold the same, byte for byte, as a training sample.
  package let identicalCount: Int
  /// Others that a training sample is unusually near to by the network's features.
  package let nearCount: Int
  /// The first of both.
  package let examples: [Pair]
  /// Groups on both sides; nil where there are none.
  package let dividedGroups: DividedGroups?

  /// A cosine below is no near-duplicate.
  static let leastSimilarity = 0.999

  /// - Parameters:
  ///   - training, test: samples of `data`.
  init(in data: any SampleCollection, features: SampleFeatures, training: [Int], test: [Int]) throws {
    dividedGroups = try DividedGroups(of: data.groups, ("train", training), ("test", test))
    let names = data.names
    var known: [UInt64: Int] = [:]
    for sample in training { if let print = data.fingerprint(of: sample) { known[print] = known[print] ?? sample } }
    var identical: [Int: Int] = [:]
    for sample in test {
      if let print = data.fingerprint(of: sample), let twin = known[print] { identical[sample] = twin }
    }
    var pairs = identical.sorted { $0.key < $1.key }.map {
      Pair(training: names[$0.value], test: names[$0.key], similarity: 1)
    }
    let bankPlaces = features.readable(training)
    let queryPlaces = features.readable(test)
    var near: [Pair] = []
    if !bankPlaces.isEmpty, !queryPlaces.isEmpty {
      let nearest = try NeighbourLists(of: features[queryPlaces], in: features[bankPlaces], count: 1).lists.map {
        $0[0]
      }
      // What is unusual depends on the network: features of one may all lie within a thousandth.
      let usual = OddSamples.distribution(nearest.map(OddSamples.distance))
      let limit = min(1 - Self.leastSimilarity, usual.low)
      for (sample, found) in zip(queryPlaces, nearest) where identical[sample] == nil {
        guard usual.median > 10 * OddSamples.floor, OddSamples.distance(found) <= limit else { continue }
        near.append(
          Pair(training: names[bankPlaces[found.sample]], test: names[sample], similarity: found.similarity))
      }
    }
    identicalCount = pairs.count
    nearCount = near.count
    pairs += near.sorted { $0.similarity > $1.similarity }
    examples = Array(pairs.prefix(5))
  }

  /// Finds near-duplicates by the features of a run.
  init(
    in data: any SampleCollection, encodedBy encoder: Encoder, _ division: TargetDivision, progress: (String) -> Void
  ) throws {
    let training = (division.training + division.validation).sorted()
    let (samples, places) = (training + division.test, Array(0..<training.count + division.test.count))
    progress("Looking for copies on both sides")
    let (features, readable, _) = try encoder.features(
      of: SubsetViews(data.evaluationView(of: samples), samples: places))
    try self.init(
      in: data, features: SampleFeatures(features, of: readable.map { samples[$0] }), training: training,
      test: division.test)
  }

  /// What copies there are, without a full stop; nil if there are none.
  package var copiesSentence: String? {
    var parts: [String] = []
    if identicalCount > 0 {
      let found = identicalCount == 1 ? "1 test sample holds" : "\(identicalCount) test samples hold"
      parts.append("\(found) the same as a training sample")
    }
    if nearCount > 0 {
      let who = identicalCount > 0 ? "more" : nearCount == 1 ? "test sample" : "test samples"
      let verb = nearCount == 1 ? "is" : "are"
      let other = identicalCount > 0 ? "one" : "a training sample"
      parts.append("\(nearCount) \(who) \(verb) nearly the same as \(other) for the network")
    }
    guard !parts.isEmpty else { return nil }
    let shown = examples.prefix(2).map { "\($0.test) and \($0.training)" }.joined(separator: ", ")
    return parts.joined(separator: ", ") + " (\(shown)): results look better than they are; keep copies on one side"
  }
}
