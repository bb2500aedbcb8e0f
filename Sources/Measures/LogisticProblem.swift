import Foundation
import Torch

/// The training samples of a logistic regression in the form in which it is solved fast.
///
/// The scaled features are turned into their principal axes, which changes neither the objective (rotations keep
/// ‖weights‖) nor the result, drops directions in which nothing varies, and makes the Hessian diagonal at the start and
/// nearly so later. Scaled by that diagonal, L-BFGS needs tens of steps where correlated features would cost it hundreds.
///
/// Parameters are [axes + 1, columns], row by row; the last row holds the intercepts. There is one column per class, but
/// only that of the second class where there are two.
struct LogisticProblem {
  let sampleCount: Int
  var foldCount: Int { folds.count }
  private let columns: Int
  private let mean: Tensor
  private let deviation: Tensor
  /// [features, axes], orthonormal columns.
  private let axes: Tensor
  /// The sum of squares of the samples along each axis.
  private let spreads: [Double]
  private var folds: [Fold] = []
  private let device: Device

  private struct Block {
    /// [samples, axes + 1]: coordinates along the axes, and a column of ones.
    let samples: Tensor
    /// [samples, 1]
    let targets: Tensor
  }

  private struct Fold {
    var blocks: [Block] = []
    var count = 0
    /// samplesᵀ · one-hot targets, in the layout of the parameters.
    var classSums: [Double]
  }

  /// - Parameters:
  ///   - targets: classes without gaps, from 0 to `classCount` − 1.
  ///   - division: the samples of each fold; together, all samples once.
  ///   - scaling: not `best`, which is one of the others.
  init(
    _ features: Tensor, targets: [Int], classCount: Int, folds division: [[Int]],
    scaling: LogisticRegression.Scaling = .each
  ) throws(TorchError) {
    let (count, width) = (features.shape[0], features.shape[1])
    sampleCount = count
    columns = classCount == 2 ? 1 : classCount
    device = features.device.kind == .mps ? .cpu : features.device

    // Mean and deviation in two passes, as differences of large sums of squares would lose digits.
    let parts = tiles(of: count, width: max(width, classCount))
    var sums = try Tensor.zeros([width], .float64, on: device)
    for part in parts { sums = try sums + doublePrecision(features.rows(part)).sum([0]) }
    let mean = try sums / Double(count)
    var squares = try Tensor.zeros([width], .float64, on: device)
    for part in parts { squares = try squares + (doublePrecision(features.rows(part)) - mean).squared().sum([0]) }
    let measured = try (squares / Double(count)).squareRoot()
    let spread = try FeatureSpread(mean: mean, deviation: measured)
    let isConstant = spread.isConstant
    let deviation: Tensor
    switch scaling {
    case .none: deviation = try .ones([width], .float64, on: device)
    case .each, .best: deviation = try spread.divisor()
    case .common:
      let root = try measured.squared().mean().item().squareRoot()
      deviation = try .ones([width], .float64, on: device) * (root > 0 ? root : 1)
    }

    func standardized(_ rows: Tensor) throws(TorchError) -> Tensor {
      try ((doublePrecision(rows) - mean) / deviation).filled(where: isConstant, with: 0)
    }

    (axes, spreads) = try Self.principalAxes(features, parts, width: width, on: device, standardized)
    self.mean = mean
    self.deviation = deviation

    let size = (spreads.count + 1) * columns
    let indices = try Tensor(Array(0..<Int64(columns))).to(device: device) + (columns == 1 ? 1 : 0)
    for members in division {
      var fold = Fold(classSums: [Double](repeating: 0, count: size))
      fold.count = members.count
      for part in tiles(of: members.count, width: max(width, classCount)) {
        let rows = try Tensor(members[part].map(Int64.init)).to(device: features.device)
        let coordinates = try standardized(features.indexed(by: rows)).matmul(axes)
        let samples = try concatenate([coordinates, .ones([part.count, 1], .float64, on: device)], dimension: 1)
        let labels = try Tensor(members[part].map { Int64(targets[$0]) }, shape: [part.count, 1]).to(device: device)
        let oneHot = try labels.equals(indices).to(dtype: .float64)
        let sums = try samples.transposed().matmul(oneHot).values(as: Double.self)
        for index in sums.indices { fold.classSums[index] += sums[index] }
        fold.blocks.append(Block(samples: samples, targets: labels))
      }
      folds.append(fold)
    }
  }

  /// By the eigenvectors of the smaller of ZᵀZ and ZZᵀ.
  private static func principalAxes(
    _ features: Tensor, _ parts: [Range<Int>], width: Int, on device: Device,
    _ standardized: (Tensor) throws(TorchError) -> Tensor
  ) throws(TorchError) -> (axes: Tensor, spreads: [Double]) {
    let isWide = features.shape[0] < width
    let gram: Tensor
    let wide: Tensor?
    if isWide {
      let z = try standardized(features)
      gram = try z.matmul(z.transposed())
      wide = z
    } else {
      var sum = try Tensor.zeros([width, width], .float64, on: device)
      for part in parts {
        let z = try standardized(features.rows(part))
        sum = try sum + z.transposed().matmul(z)
      }
      gram = sum
      wide = nil
    }
    let (values, vectors) = try gram.symmetricEigen()
    let spreads = try values.values(as: Double.self)
    // Rising; what is a 10⁻¹²th of the greatest is rounding, and no C in use could give it weight.
    let first = spreads.firstIndex { $0 > 1e-12 * (spreads.last ?? 0) } ?? spreads.count
    let kept = try vectors.narrowed(1, first..<spreads.count)
    guard let wide else { return (kept, Array(spreads[first...])) }
    let lengths = try values.narrowed(0, first..<spreads.count).squareRoot()
    return (try wide.transposed().matmul(kept) / lengths, Array(spreads[first...]))
  }

  // MARK: Solving

  private func training(_ excluded: Int?) -> [Fold] {
    folds.enumerated().filter { $0.offset != excluded }.map { $0.element }
  }

  /// Samples of each column's class among the training samples.
  private func classCounts(_ training: [Fold]) -> [Double] {
    (0..<columns).map { column in
      training.reduce(0) { $0 + $1.classSums[spreads.count * columns + column] }
    }
  }

  /// Weights of zero, and intercepts that give each class its share of the samples.
  func start(excluding excluded: Int?) -> [Double] {
    let training = training(excluded)
    let count = Double(training.reduce(0) { $0 + $1.count })
    let weights = [Double](repeating: 0, count: spreads.count * columns)
    return weights
      + classCounts(training).map { columns == 1 ? Foundation.log($0 / (count - $0)) : Foundation.log($0 / count) }
  }

  /// Minimises C · Σ loss + ½‖weights‖² over all folds but one.
  ///
  /// - Parameter accuracy: how near to the minimum it stops: the length of the gradient in parameters that are scaled so
  ///   that the Hessian is near the identity. Half its square is about what the objective could still fall.
  func solve(regularization c: Double, excluding excluded: Int?, from start: [Double], accuracy: Double)
    throws(TorchError) -> (parameters: [Double], isConverged: Bool)
  {
    let training = training(excluded)
    var classSums = [Double](repeating: 0, count: start.count)
    for fold in training { for index in classSums.indices { classSums[index] += fold.classSums[index] } }
    let blocks = training.flatMap(\.blocks)
    let penalized = spreads.count * columns

    /// The objective and its gradient in parameters that are divided by `scales`.
    func objective(_ scaled: [Double], _ scales: [Double]) throws(TorchError) -> (value: Double, gradient: [Double]) {
      let parameters = zip(scaled, scales).map { $0 * $1 }
      let matrix = try matrix(parameters)
      // Σ loss = Σ log Σ exp(scores) − ⟨parameters, class sums⟩, so that its gradient needs no one-hot targets.
      var normalizer = try Tensor.zeros([], .float64, on: device)
      var gradient = try Tensor.zeros(matrix.shape, .float64, on: device)
      for block in blocks {
        let (probabilities, normalizers) = try predict(block, matrix)
        normalizer = try normalizer + normalizers.sum()
        gradient = try gradient + block.samples.transposed().matmul(probabilities)
      }
      var result = try gradient.values(as: Double.self)
      var loss = try normalizer.item()
      var penalty = 0.0
      for index in result.indices {
        let parameter = parameters[index]
        loss -= parameter * classSums[index]
        let pull = index < penalized ? parameter : 0
        penalty += pull * pull / 2
        result[index] = (c * (result[index] - classSums[index]) + pull) * scales[index]
      }
      return (c * loss + penalty, result)
    }

    /// 1 / √ of the Hessian's diagonal.
    func scales(at parameters: [Double]) throws(TorchError) -> [Double] {
      let matrix = try matrix(parameters)
      var curvature = try Tensor.zeros(matrix.shape, .float64, on: device)
      for block in blocks {
        let probabilities = try predict(block, matrix).probabilities
        let variances = try probabilities - probabilities.squared()
        curvature = try curvature + block.samples.squared().transposed().matmul(variances)
      }
      let values = try curvature.values(as: Double.self)
      // Nothing penalises an intercept, and where all samples are told apart its loss hardly curves either.
      return values.enumerated().map { 1 / (c * $1 + ($0 < penalized ? 1 : 1e-6)).squareRoot() }
    }

    // As classes are told apart, the Hessian shrinks, most along the axes that tell them apart. The scales are therefore
    // computed again after 20 steps, after 40 more, after 80 more and so on. Few problems need the third round.
    var parameters = start
    for round in 0..<8 {
      let scales = try scales(at: parameters)
      let solver = LBFGS(tolerance: accuracy, maximumSteps: 20 << round)
      let solution = try solver.minimise(from: zip(parameters, scales).map { $0 / $1 }) { (point) throws(TorchError) in
        try objective(point, scales)
      }
      parameters = zip(solution.point, scales).map { $0 * $1 }
      if solution.isConverged { return (parameters, true) }
    }
    return (parameters, false)
  }

  private func matrix(_ parameters: [Double]) throws(TorchError) -> Tensor {
    try Tensor(parameters, shape: [spreads.count + 1, columns]).to(device: device)
  }

  /// The probability of each column's class, and log Σ exp of each sample's scores.
  private func predict(_ block: Block, _ matrix: Tensor) throws(TorchError) -> (
    probabilities: Tensor, normalizers: Tensor
  ) {
    let scores = try block.samples.matmul(matrix)
    let normalizers = try withReference(scores).logSumExp(1, keep: true)
    return (try (scores - normalizers).exp(), normalizers)
  }

  /// Where there are two classes, the score of the first is 0.
  private func withReference(_ scores: Tensor) throws(TorchError) -> Tensor {
    guard columns == 1 else { return scores }
    return try concatenate([.zeros([scores.shape[0], 1], .float64, on: device), scores], dimension: 1)
  }

  /// Σ −log probability of their class over the samples of one fold.
  func loss(of parameters: [Double], on fold: Int) throws(TorchError) -> Double {
    let matrix = try matrix(parameters)
    var loss = 0.0
    for block in folds[fold].blocks {
      let scores = try withReference(block.samples.matmul(matrix))
      loss -= try logSoftmax(scores, 1).gathered(1, block.targets).sum().item()
    }
    return loss
  }

  /// The same scores as functions of the features as they were given: weights [features, classes] row by row, and
  /// intercepts.
  func onFeatures(_ parameters: [Double]) throws(TorchError) -> (weights: [Double], intercepts: [Double]) {
    let matrix = try withReference(matrix(parameters))
    let weights = try axes.matmul(matrix.rows(0..<spreads.count)) / deviation.unsqueezed(1)
    let intercepts = try matrix.selected(0, spreads.count) - mean.unsqueezed(0).matmul(weights).squeezed(0)
    return (try weights.values(as: Double.self), try intercepts.values(as: Double.self))
  }
}
