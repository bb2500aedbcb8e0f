import Foundation
import TestSupport
import Testing
import Torch

@testable import Measures

@Suite struct LogisticRegressionTests {
  private struct Case: Decodable {
    let width: Int
    let classCount: Int
    let c: Double
    let train: [Double]
    let trainLabels: [Int]
    let test: [Double]
    let probabilities: [Double]
  }

  private func fixed(_ c: Double) -> LogisticRegression { LogisticRegression(candidates: [], fallback: c) }

  @Test func agreesWithScikitLearn() throws {
    for reference in try golden("logistic.json", [Case].self, in: .module) {
      let train = try Tensor(reference.train, shape: [reference.trainLabels.count, reference.width])
      let test = try Tensor(reference.test, shape: [reference.test.count / reference.width, reference.width])
      let model = try fixed(reference.c).fit(train, labels: reference.trainLabels, classCount: reference.classCount)
      #expect(model.isConverged)
      expectClose(
        try model.probabilities(of: test).values, reference.probabilities, absolute: 2e-4,
        "C \(reference.c), \(reference.classCount) classes, width \(reference.width)")
    }
  }

  @Test func theGradientVanishesAtTheSolution() throws {
    // The optimality condition of the objective, in the features as they are given.
    let (features, labels) = try clusters(3, 90, 5, spread: 0.7, seed: 31)
    let model = try fixed(2).fit(features, labels: labels, classCount: 3)
    let probabilities = try model.probabilities(of: features).values
    let residuals = try Tensor(
      probabilities.indices.map { probabilities[$0] - (labels[$0 / 3] == $0 % 3 ? 1 : 0) }, shape: [90, 3])
    let deviation = try features.standardDeviation([0], correction: 0)
    let standardized = try (features - features.mean([0])) / deviation
    let weights = try Tensor(model.weights, shape: [5, 3]) * deviation.unsqueezed(1)
    let gradient = try standardized.transposed().matmul(residuals) * 2 + weights
    #expect(try gradient.magnitude().max().item() < 1e-2)
    #expect(try residuals.sum([0]).magnitude().max().item() < 1e-2)
  }

  @Test func crossValidationChoosesWhatDoesBestOnHeldOutSamples() throws {
    // 40 noise features, two that tell: no regularisation overfits, too much sees nothing.
    var random = TestNumbers(32)
    let labels = (0..<120).map { $0 % 2 }
    let rows = labels.map { label in
      (0..<42).map { random.normal() + ($0 < 2 && label == 1 ? 1.5 : 0) }
    }
    let model = try LogisticRegression().fit(tensor(rows), labels: labels, classCount: 2)
    // No more are tried than two that do worse and worse; those left out would have done worse still.
    let all = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100]
    let tried = model.crossValidation.map(\.regularization)
    #expect(tried == Array(all.prefix(tried.count)) && tried.count < all.count)
    let rest = try LogisticRegression(candidates: Array(all.dropFirst(tried.count - 1))).fit(
      tensor(rows), labels: labels, classCount: 2)
    let losses = (model.crossValidation.suffix(3) + rest.crossValidation.dropFirst()).map(\.logLoss)
    #expect(losses == losses.sorted())
    let best = try #require(model.crossValidation.min { $0.logLoss < $1.logLoss })
    #expect(best.regularization == model.regularization)
    #expect((1e-3...1e-1).contains(model.regularization))
    // Fold by fold from scratch, as a user of the public surface would; the standardisation there is each part's own.
    let folds = try stratifiedFolds(labels, 5, groups: SampleGroups(nil, sampleCount: 120))
    var loss = 0.0
    for fold in folds {
      let kept = labels.indices.filter { !fold.contains($0) }
      let part = try fixed(0.01).fit(tensor(kept.map { rows[$0] }), labels: kept.map { labels[$0] }, classCount: 2)
      let scores = try part.probabilities(of: tensor(fold.map { rows[$0] }))
      for (row, sample) in fold.enumerated() { loss -= log(Array(scores[row])[labels[sample]]) }
    }
    #expect(abs(model.crossValidation[2].logLoss - loss / 120) < 0.01)
  }

  @Test func foldsAreStratifiedAndFewerForSmallClasses() throws {
    let targets = (0..<50).map { $0 < 3 ? 1 : 0 }
    let folds = try stratifiedFolds(targets, 3, groups: SampleGroups(nil, sampleCount: 50))
    #expect(folds.flatMap { $0 }.sorted() == Array(0..<50))
    #expect(folds.allSatisfy { fold in fold.count { targets[$0] == 1 } == 1 })
    let (features, _) = try clusters(2, 50, 3, spread: 1, seed: 33)
    #expect(try LogisticRegression().fit(features, labels: targets, classCount: 2).crossValidation.count >= 3)
    let single = (0..<50).map { $0 == 7 ? 1 : 0 }
    let model = try LogisticRegression().fit(features, labels: single, classCount: 2)
    #expect(model.crossValidation.isEmpty && model.regularization == 1)
  }

  /// C is chosen by the classes that have enough samples, and every class is learned.
  @Test func rareClassesDoNotKeepTheOthersFromChoosing() throws {
    let (features, labels) = try clusters(3, 90, 40, spread: 2, seed: 39)
    let alone = labels.indices.map { $0 == 5 ? 3 : labels[$0] }
    let model = try LogisticRegression().fit(features, labels: alone, classCount: 4)
    #expect(model.crossValidation.count > 2 && model.classes == [0, 1, 2, 3])
    let others = labels.indices.filter { $0 != 5 }
    let without = try LogisticRegression().fit(
      features.indexed(by: Tensor(others.map(Int64.init))), labels: others.map { labels[$0] }, classCount: 3)
    #expect(model.regularization == without.regularization)
  }

  /// Two large features that tell among many small ones that do not: standardising makes the noise as large.
  @Test func anEvenPartOfManySamplesChoosesC() throws {
    // Few features tell, many do not; a tenth of the labels is wrong, so that regularisation matters.
    var random = TestNumbers(36)
    func draw(_ count: Int) throws -> (Tensor, [Int]) {
      let truth = (0..<count).map { $0 % 3 }
      let rows = truth.map { label in
        (0..<30).map { (Double($0 % 3 == label ? 1 : 0) + 2 * random.normal()) / Double($0 + 1) }
      }
      return (try tensor(rows), truth.enumerated().map { $0 % 10 == 7 ? ($1 + 1) % 3 : $1 })
    }
    let (features, labels) = try draw(12_000)
    let (held, heldLabels) = try draw(4_000)
    let model = try LogisticRegression().fit(features, labels: labels, classCount: 3)
    func loss(_ model: LinearClassifier) throws -> Double {
      let values = try model.probabilities(of: held).values
      return heldLabels.indices.reduce(0) { $0 - log(values[$1 * 3 + heldLabels[$1]]) } / Double(heldLabels.count)
    }
    let best = try LogisticRegression().candidates.map {
      try loss(fixed($0).fit(features, labels: labels, classCount: 3))
    }.min()
    #expect(try loss(model) < (best ?? 0) * 1.002)
    // All 12,000 are learned from, not only those that chose.
    let whole = try fixed(model.regularization).fit(features, labels: labels, classCount: 3)
    expectClose(model.weights, whole.weights, absolute: 1e-2, "learned from all samples")
  }

  @Test func theBetterScalingIsChosen() throws {
    var random = TestNumbers(40)
    let labels = (0..<60).map { $0 % 2 }
    func rows(_ noise: Double) throws -> Tensor {
      try tensor(
        labels.map { label in (0..<62).map { random.normal() * ($0 < 2 ? 1 : noise) + ($0 < 2 && label == 1 ? 1.5 : 0) }
        })
    }
    for noise in [0.05, 20] {
      let (train, test) = (try rows(noise), try rows(noise))
      func loss(_ scaling: LogisticRegression.Scaling) throws -> Double {
        let scores = try LogisticRegression(scaling: scaling).fit(train, labels: labels, classCount: 2).probabilities(
          of: test)
        return labels.indices.reduce(0) { $0 - log(Array(scores[$1])[labels[$1]]) } / 60
      }
      let (each, common, best) = (try loss(.each), try loss(.common), try loss(.best))
      #expect(noise < 1 ? common < each : each < common, "\(noise)")
      #expect(best == min(each, common), "\(noise)")
    }
  }

  @Test func theOrderAndTheNamesOfClassesDoNotMatter() throws {
    let (features, labels) = try clusters(3, 60, 6, spread: 0.8, seed: 34)
    let scores = try fixed(1).fit(features, labels: labels, classCount: 3).probabilities(of: features)
    // Class 0 ↔ 4, 1 ↔ 2, 2 ↔ 0; 1 and 3 do not occur.
    let names = [4, 2, 0]
    let order = (0..<60).map { ($0 * 23) % 60 }
    let shuffled = try features.indexed(by: Tensor(order.map(Int64.init)))
    let renamed = try fixed(1).fit(shuffled, labels: order.map { names[labels[$0]] }, classCount: 5)
      .probabilities(of: features)
    for row in 0..<60 {
      let values = Array(renamed[row])
      expectClose(names.map { values[$0] }, Array(scores[row]), absolute: 2e-4)
      #expect(values[1] == 0 && values[3] == 0)
    }
  }

  @Test func scalesAndShiftsOfFeaturesDoNotMatter() throws {
    let (features, labels) = try clusters(2, 60, 4, spread: 0.5, seed: 35)
    let scale = try Tensor([1e-6, 1, 1e6, 50] as [Double])
    let moved = try features * scale + scale * 3
    let scores = try fixed(1).fit(features, labels: labels, classCount: 2).probabilities(of: features)
    let other = try fixed(1).fit(moved, labels: labels, classCount: 2).probabilities(of: moved)
    expectClose(other.values, scores.values, absolute: 2e-4)
  }

  @Test func featuresThatNeverVaryAreIgnored() throws {
    // Constants as float32 leaves them, one ulp apart.
    let (features, labels) = try clusters(2, 40, 3, spread: 1, seed: 36)
    let constant = try Tensor((0..<40).map { $0 % 3 == 0 ? Float(0.1) : Float(0.1).nextUp }, shape: [40, 1])
    let wide = try concatenate([features.to(dtype: .float32), constant], dimension: 1)
    let model = try fixed(100).fit(wide, labels: labels, classCount: 2)
    #expect(model.weights[6...].allSatisfy { $0 == 0 })
    let nothing = try LogisticRegression().fit(.ones([40, 3]), labels: labels.map { $0 / 1 }, classCount: 2)
    expectClose(try nothing.probabilities(of: .zeros([1, 3])).values, [0.5, 0.5], absolute: 1e-6)
  }

  @Test func repeatsBitByBit() throws {
    let (features, labels) = try clusters(4, 200, 20, spread: 0.5, seed: 37)
    let first = try LogisticRegression().fit(features, labels: labels, classCount: 4)
    let second = try LogisticRegression().fit(features, labels: labels, classCount: 4)
    #expect(first.weights == second.weights && first.crossValidation == second.crossValidation)
  }

  @Test func whatCannotBeLearnedIsRefused() throws {
    let features = try Tensor.randn([4, 2])
    let probe = LogisticRegression()
    do {
      _ = try probe.fit(features, labels: [1, 1, 1, 1], classCount: 2)
      Issue.record("no error")
    } catch {
      #expect("\(error)" == "all 4 samples are of class 1; at least two classes are needed")
    }
    #expect(throws: MeasureError.self) { try probe.fit(.zeros([0, 2]), labels: [], classCount: 2) }
    #expect(throws: MeasureError.self) { try probe.fit(features, labels: [0, 1], classCount: 2) }
    #expect(throws: MeasureError.self) { try probe.fit(features, labels: [0, 1, 2, 0], classCount: 2) }
    #expect(throws: MeasureError.self) {
      try probe.fit(tensor([[1, 1], [.nan, 1]]), labels: [0, 1], classCount: 2)
    }
    #expect(throws: MeasureError.self) { try fixed(0).fit(features, labels: [0, 1, 0, 1], classCount: 2) }
    #expect(throws: MeasureError.self) {
      try LogisticRegression(foldCount: 1).fit(features, labels: [0, 1, 0, 1], classCount: 2)
    }
    let model = try probe.fit(features, labels: [0, 1, 0, 1], classCount: 2)
    #expect(throws: MeasureError.self) { try model.probabilities(of: .zeros([3, 3])) }
  }

  @Test func nothingLeaks() throws {
    try expectNoLeak {
      let (features, labels) = try clusters(3, 30, 4, spread: 1, seed: 38)
      _ = try LogisticRegression().fit(features, labels: labels, classCount: 3).probabilities(of: features)
      _ = try? LogisticRegression().fit(features, labels: [], classCount: 3)
    }
  }

  // MARK: The solver alone

  @Test func findsTheMinimumOfRosenbrocksValley() throws {
    let solution = LBFGS(tolerance: 1e-9).minimise(from: [-1.2, 1]) { point in
      let (x, y) = (point[0], point[1])
      return (
        (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
        [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
      )
    }
    #expect(solution.isConverged)
    expectClose(solution.point, [1, 1], absolute: 1e-8)
  }

  @Test func endsWhereNoStepLeadsDown() {
    // A gradient that lies, and a function without a minimum.
    let lost = LBFGS(tolerance: 1e-9).minimise(from: [1]) { point in (abs(point[0]) + 1, [-1]) }
    #expect(lost.value <= 2)
    let endless = LBFGS(tolerance: 1e-9, maximumSteps: 20).minimise(from: [0]) { point in (-point[0], [-1]) }
    #expect(!endless.isConverged)
  }
}
