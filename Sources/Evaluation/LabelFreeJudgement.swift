import Foundation
import Learning
import Measures
import Samples
import Torch
import Training

/// How good a representation is without labels, and what nearest neighbours say if there are some.
///
/// Looks at up to 1,000 samples. Spread and rank compare networks that were trained alike; what a linear probe reads off
/// for a pretext task compares any.
package struct LabelFreeJudgement: Codable, Sendable, Equatable {
  package static let sampleLimit = 1000
  /// Views of each sample that LiDAR looks at, of half as many samples.
  static let viewCount = 10

  /// A part of answers that were right, and how far chance alone moves it.
  package struct Share: Codable, Sendable, Equatable {
    package let value: Double
    /// The standard error.
    package let error: Double
    /// What guessing would have.
    package let chance: Double

    init(_ right: Int, of count: Int, chance: Double) {
      value = Double(right) / Double(count)
      error = (value * (1 - value) / Double(count)).squareRoot()
      self.chance = chance
    }

    /// How far it is above another, and the standard error of that.
    package func lead(over other: Share) -> (value: Double, error: Double) {
      (value - other.value, (error * error + other.error * other.error).squareRoot())
    }

    /// Whether it lies beyond what guessing gives.
    package var isBeyondChance: Bool { value > chance + 3 * max(error, 1e-3) }
  }

  package let sampleCount: Int
  /// RankMe: dimensions that the features use.
  package let effectiveRank: Double
  /// Dimensions in which samples differ more than their views do.
  package let lidar: Double
  /// Mean squared distance of two views of a sample, 0 to 4.
  package let alignment: Double
  /// From 0 towards −4 and below: how evenly the samples fill the sphere.
  package let uniformity: Double
  /// The accuracy of a linear probe for the pretext task, on samples that it did not learn from.
  package let pretext: Share
  package let question: String
  /// The accuracy on samples with labels, each judged by its neighbours among the others; nil if fewer than two classes are
  /// known.
  package let neighbours: Share?
  /// How many groups the samples are of, none of which is divided or judges itself; nil where none are known.
  package let groupCount: Int?

  /// - Parameters:
  ///   - data: as the encoder's run reads them.
  ///   - indices: samples to choose from, evenly.
  ///   - views: how the views are drawn that alignment, uniformity and LiDAR look at; nil for the data's own.
  ///   - seed: of views and of what the task changes.
  package init(
    of encoder: Encoder, on data: any SampleCollection, indices: [Int],
    drawingViews views: (any SampleCollection)? = nil, seed: UInt64 = 0
  ) throws {
    let chosen = indices.evenlySpread(Self.sampleLimit)
    guard chosen.count >= 8 else { throw MeasureError.tooFew("samples", found: chosen.count, needed: 8) }
    let (features, samples, _) = try encoder.features(of: data.evaluationView(of: chosen))
    sampleCount = samples.count
    effectiveRank = try EmbeddingStatistics.effectiveRank(features)

    let some = chosen.evenlySpread(Self.sampleLimit / 2)
    let drawn = try Self.views(of: some, in: views ?? data, encoder, seed: seed)
    let pair = try EmbeddingStatistics(Array(drawn.prefix(2)))
    (alignment, uniformity) = (pair.alignment ?? 0, pair.uniformity)
    lidar = try EmbeddingStatistics.lidar(drawn)

    let task = try data.pretextTask(of: chosen, seed: seed)
    question = task.question
    let groups = data.groups?.of(chosen)
    groupCount = groups.map { Set($0.compactMap(\.self)).count }
    pretext = try Self.probe(task, encoder, Self.learns(groups, count: chosen.count))
    neighbours = try Self.neighbours(
      features, samples.map { data.labels?.classIndices[chosen[$0]] },
      groups: groups.map { all in samples.map { all[$0] } })
  }

  /// Features of several views, each [samples, features], of the samples that can be read every time.
  private static func views(
    of samples: [Int], in data: any SampleCollection, _ encoder: Encoder, seed: UInt64
  ) throws -> [Tensor] {
    var drawn: [(features: Tensor, samples: [Int])] = []
    for view in 0..<viewCount {
      let source = try data.trainingViews(.pair, of: samples, seed: seed &+ UInt64(view))
      let (features, readable, _) = try encoder.features(of: source)
      drawn.append((features, readable))
    }
    let common = drawn.dropFirst().reduce(Set(drawn[0].samples)) { $0.intersection($1.samples) }
    return try drawn.map { features, readable in
      try features.indexed(by: Tensor(readable.indices.filter { common.contains(readable[$0]) }.map(Int64.init)))
    }
  }

  /// Which samples a probe learns from: every other one, in whole groups, each to the side that has fewer samples.
  ///
  /// - Throws: `EvaluationError.oneGroup` where nothing would be left to judge by.
  static func learns(_ groups: [Int?]?, count: Int) throws(EvaluationError) -> [Bool] {
    guard let groups else { return (0..<count).map { $0.isMultiple(of: 2) } }
    let parts = HeldGroups.members(of: groups)
    guard parts.count > 1 else { throw .oneGroup(nil) }
    var learns = [Bool](repeating: false, count: groups.count)
    var learningCount = 0
    var judgingCount = 0
    for part in parts {
      guard learningCount <= judgingCount else {
        judgingCount += part.count
        continue
      }
      for sample in part { learns[sample] = true }
      learningCount += part.count
    }
    return learns
  }

  /// - Parameter learns: whether it learns from a sample, or is judged by it.
  private static func probe(_ task: PretextTask, _ encoder: Encoder, _ learns: [Bool]) throws -> Share {
    let (features, places, _) = try encoder.features(of: task.views)
    let classes = places.map { $0 % task.classCount }
    let rows = places.indices
    let training = rows.filter { learns[places[$0] / task.classCount] }
    let test = rows.filter { !learns[places[$0] / task.classCount] }
    let classifier = try LogisticRegression(candidates: [0.01, 1]).fit(
      features.indexed(by: Tensor(training.map(Int64.init))), labels: training.map { classes[$0] },
      classCount: task.classCount)
    let answers = try classifier.probabilities(of: features.indexed(by: Tensor(test.map(Int64.init)))).predictions
    let right = zip(answers, test).count { $0 == classes[$1] }
    return Share(right, of: test.count, chance: 1 / Double(task.classCount))
  }

  private static func neighbours(_ features: Tensor, _ classes: [Int?], groups: [Int?]?) throws -> Share? {
    let labelled = classes.indices.filter { classes[$0] != nil }
    let truth = labelled.compactMap { classes[$0] }
    guard Set(truth).count >= 2 else { return nil }
    let own = groups.map { all in labelled.map { all[$0] } }
    // A single group has no other samples to compare with.
    if let own, HeldGroups.members(of: own).count < 2 { return nil }
    let found = try NearestNeighbours().answersLeavingOneOut(
      bank: features.indexed(by: Tensor(labelled.map(Int64.init))), labels: truth, groups: own)
    let most = Dictionary(grouping: truth) { $0 }.values.map(\.count).max() ?? 0
    return Share(
      zip(found, truth).count { $0 == $1 }, of: truth.count, chance: Double(most) / Double(truth.count))
  }
}
