import Foundation
import Measures
import Samples
import Torch

/// The best linear head on frozen features, by a fit and not by steps: logistic regression of one class among several or of
/// each class by itself, ridge regression of a number.
struct LinearProbe {
  /// [outputs, features], float32
  let weight: Tensor
  /// [outputs]
  let bias: Tensor

  /// What a class that no sample has counts for: its probability is 0.
  private static let never = -1e4

  /// - Parameters:
  ///   - features: [samples, features]
  ///   - targets: one row a sample; numbers as the head is to give them.
  ///   - groups: one a sample; how strongly weights are held small is chosen by samples of other groups.
  ///   - standardizes: false where the features have sizes that mean something, see `RawInput`.
  init(
    _ features: Tensor, targets: [[Float]], kind: TargetKind, groups: [Int?]? = nil, standardizes: Bool = true
  ) throws {
    let regression = LogisticRegression(scaling: standardizes ? .best : .none)
    let width = features.shape[1]
    switch kind {
    case .oneOf(let classes):
      // Of labels that were spread, the class that a sample is most of.
      let labels = targets.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
      let fitted = try regression.fit(features, labels: labels, classCount: classes.count, groups: groups)
      var weights = [Double](repeating: 0, count: classes.count * width)
      var biases = [Double](repeating: Self.never, count: classes.count)
      for (column, label) in fitted.classes.enumerated() {
        for feature in 0..<width {
          weights[label * width + feature] = fitted.weights[feature * fitted.classes.count + column]
        }
        biases[label] = fitted.intercepts[column]
      }
      weight = try Tensor(weights.map(Float.init), shape: [classes.count, width])
      bias = try Tensor(biases.map(Float.init))
    case .anyOf(let classes):
      var weights: [Float] = []
      var biases: [Float] = []
      for label in classes.indices {
        let held = targets.map { $0[label] >= 0.5 ? 1 : 0 }
        let count = held.count { $0 == 1 }
        guard count > 0, count < held.count else {
          weights += [Float](repeating: 0, count: width)
          // Laplace's rule of succession: seen always, or never, is not certain.
          biases.append(Float(log(Double(count + 1) / Double(held.count - count + 1))))
          continue
        }
        let fitted = try regression.fit(features, labels: held, classCount: 2, groups: groups)
        weights += (0..<width).map { Float(fitted.weights[2 * $0 + 1] - fitted.weights[2 * $0]) }
        biases.append(Float(fitted.intercepts[1] - fitted.intercepts[0]))
      }
      weight = try Tensor(weights, shape: [classes.count, width])
      bias = try Tensor(biases)
    case .number:
      let fitted = try RidgeRegression(standardizes: standardizes).fit(
        features, targets: targets.map { Double($0[0]) }, groups: groups)
      weight = try Tensor(fitted.weights.map(Float.init), shape: [1, width])
      bias = try Tensor([Float(fitted.intercept)])
    }
  }

  /// The predictions for features [samples, features], row by row as `PredictionMetrics` takes them.
  func predictions(for features: Tensor, kind: TargetKind) throws(TorchError) -> [Double] {
    try kind.predictions(from: (features.to(dtype: .float32).matmul(weight.transposed()) + bias).to(dtype: .float64))
  }
}
